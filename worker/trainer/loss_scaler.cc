#include "worker/trainer/loss_scaler.h"

#include "ATen/ops/_amp_foreach_non_finite_check_and_unscale.h"
#include "ATen/ops/_amp_update_scale.h"
#include "ATen/ops/full.h"
#include "ATen/ops/zeros.h"
#include "c10/core/GradMode.h"

namespace doodle {
namespace {

// GradScaler's defaults.
constexpr double kFirstScale = 65536;
constexpr double kGrowth = 2.0;
constexpr double kBackoff = 0.5;
constexpr int64_t kGrowthInterval = 2000;

}  // namespace

LossScaler::LossScaler(c10::Device device)
    : scale_(at::full({1}, kFirstScale, at::TensorOptions(at::kFloat).device(device))),
      growth_(at::zeros({1}, at::TensorOptions(at::kInt).device(device))),
      overflow_(at::zeros({1}, at::TensorOptions(at::kFloat).device(device))) {}

bool LossScaler::Unscale(const std::vector<at::Tensor>& gradients) {
  c10::NoGradGuard no_gradients;
  overflow_.zero_();
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, overflow_, scale_.reciprocal());
  const bool finite = overflow_.item<float>() == 0;
  at::_amp_update_scale_(scale_, growth_, overflow_, kGrowth, kBackoff, kGrowthInterval);
  return finite;
}

}  // namespace doodle
