#include "worker/model/convolution.h"

#include <algorithm>
#include <array>
#include <variant>
#include <vector>

#include "ATen/ops/conv2d.h"
#include "ATen/ops/zeros.h"
#include "torch/csrc/autograd/custom_function.h"

namespace doodle {
namespace {

int64_t OutputSize(int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
  return (size + 2 * padding - kernel) / stride + 1;
}

at::Tensor Taps(const at::Tensor& weight, const TapRange& rows, const TapRange& columns) {
  return weight.narrow(2, rows.first, rows.count).narrow(3, columns.first, columns.count);
}

// A part of the kernel as a dense tensor. The library's own slices would give the gradient in another layout than the
// weight has, and whoever takes it would have to transpose it; that copy costs more than the convolution.
class UsedTaps : public torch::autograd::Function<UsedTaps> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& weight, int64_t first_row,
                            int64_t rows, int64_t first_column, int64_t columns) {
    context->saved_data["sizes"] = weight.sizes();
    context->saved_data["range"] = std::vector<int64_t>{first_row, rows, first_column, columns};
    return Taps(weight, {first_row, rows}, {first_column, columns}).contiguous(at::MemoryFormat::ChannelsLast);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const std::vector<int64_t> sizes = context->saved_data["sizes"].toIntVector();
    const std::vector<int64_t> range = context->saved_data["range"].toIntVector();
    const at::Tensor whole = at::zeros({sizes[0], sizes[2], sizes[3], sizes[1]}, gradients[0].options());
    const at::Tensor gradient = whole.permute({0, 3, 1, 2});
    Taps(gradient, {range[0], range[1]}, {range[2], range[3]}).copy_(gradients[0]);
    return {gradient, {}, {}, {}, {}};
  }
};

}  // namespace

TapRange TapsInUse(int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
  const int64_t outputs = OutputSize(size, kernel, stride, padding);
  int64_t first = kernel;
  int64_t last = -1;
  for (int64_t output = 0; output < outputs; ++output) {
    const int64_t origin = output * stride - padding;  // The pixel under tap 0.
    first = std::min(first, std::max<int64_t>(0, -origin));
    last = std::max(last, std::min(kernel, size - origin) - 1);
  }
  const TapRange used = {first, last - first + 1};
  return OutputSize(size, used.count, stride, padding - first) == outputs ? used : TapRange{0, kernel};
}

torch::nn::Conv2d MakeConv(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups) {
  torch::nn::Conv2dOptions options(in, out, kernel);
  return torch::nn::Conv2d(options.stride(stride).padding(kernel / 2).groups(groups).bias(false));
}

at::Tensor Convolve(const torch::nn::Conv2d& conv, const at::Tensor& x) {
  const std::array<int64_t, 2> stride = *conv->options.stride();
  std::array<int64_t, 2> padding = *std::get<torch::ExpandingArray<2>>(conv->options.padding());
  at::Tensor weight = conv->weight;
  if (x.is_cpu() && conv->options.groups() == 1) {
    const TapRange rows = TapsInUse(x.size(2), weight.size(2), stride[0], padding[0]);
    const TapRange columns = TapsInUse(x.size(3), weight.size(3), stride[1], padding[1]);
    if (rows.count * columns.count < weight.size(2) * weight.size(3)) {
      weight = UsedTaps::apply(weight, rows.first, rows.count, columns.first, columns.count);
      padding = {padding[0] - rows.first, padding[1] - columns.first};
    }
  }
  return at::conv2d(x, weight, conv->bias, stride, padding, /*dilation=*/1, conv->options.groups());
}

}  // namespace doodle
