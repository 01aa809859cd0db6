#include "worker/model/input_step.h"

#include <vector>

#include "ATen/ops/tensor.h"
#include "c10/util/Exception.h"

namespace doodle {
namespace {

// Per channel: x * scale + shift on bytes.
struct Affine {
  std::vector<float> scale;
  std::vector<float> shift;
};

Affine Coefficients(RasterNormalize normalize, int64_t channels) {
  std::vector<double> mean = {0.0};
  std::vector<double> deviation = {1.0};
  if (normalize == RasterNormalize::kUnit) {
    mean = deviation = {0.5};
  } else if (normalize == RasterNormalize::kImagenet) {
    mean = channels == 3 ? std::vector<double>{0.485, 0.456, 0.406} : std::vector<double>{0.449};
    deviation = channels == 3 ? std::vector<double>{0.229, 0.224, 0.225} : std::vector<double>{0.226};
  }
  Affine affine;
  for (size_t i = 0; i < mean.size(); ++i) {
    affine.scale.push_back(static_cast<float>(1.0 / (255.0 * deviation[i])));
    affine.shift.push_back(static_cast<float>(-mean[i] / deviation[i]));
  }
  return affine;
}

}  // namespace

at::Tensor NormalizeInput(const at::Tensor& pixels, RasterNormalize normalize) {
  TORCH_CHECK_VALUE(pixels.dim() == 4 && pixels.scalar_type() == at::kByte, "pixels must be uint8 [n, c, h, w]");
  Affine affine = Coefficients(normalize, pixels.size(1));
  at::Tensor x = pixels.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true, at::MemoryFormat::ChannelsLast);
  if (affine.scale.size() == 1) return x.mul_(affine.scale[0]).add_(affine.shift[0]);
  at::Tensor scale = at::tensor(affine.scale, x.options()).view({1, -1, 1, 1});
  at::Tensor shift = at::tensor(affine.shift, x.options()).view({1, -1, 1, 1});
  return x.mul_(scale).add_(shift);
}

}  // namespace doodle
