// Convolution on small maps: kernel taps that meet nothing but padding are left out. At 32 pixels resnet18's last stage
// works on maps of one pixel, where eight of the nine taps of a 3x3 kernel multiply zeros only.
#ifndef DOODLE_WORKER_MODEL_CONVOLUTION_H_
#define DOODLE_WORKER_MODEL_CONVOLUTION_H_

#include <cstdint>

#include "ATen/core/Tensor.h"
#include "torch/nn/modules/conv.h"

namespace doodle {

// The taps [first, first + count) of a kernel along one dimension.
struct TapRange {
  int64_t first = 0;
  int64_t count = 0;
  bool operator==(const TapRange&) const = default;
};

// The taps that meet at least one pixel of a map of `size` pixels when a kernel of `kernel` taps moves over it by
// `stride` with `padding` zeros at both ends. All of them, where leaving some out would need another padding at each
// end. REQUIRES: size, kernel, stride at least 1; 0 <= padding < kernel <= size + 2 * padding.
TapRange TapsInUse(int64_t size, int64_t kernel, int64_t stride, int64_t padding);

// Without bias, padded so that a stride of 1 leaves the map's size as it is. REQUIRES: kernel odd.
torch::nn::Conv2d MakeConv(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1, int64_t groups = 1);

// What conv->forward(x) returns for x [batch, channels, height, width], and the same gradients, to rounding: those of
// the taps left out are zero, as they are without this. Undilated convolutions with explicit padding only. Every tap is
// computed of convolutions in groups, and on other devices than the CPU, where a second weight tensor costs more than
// it saves. Respects autocast. Throws as LibTorch does: call inside CatchTorch.
at::Tensor Convolve(const torch::nn::Conv2d& conv, const at::Tensor& x);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_CONVOLUTION_H_
