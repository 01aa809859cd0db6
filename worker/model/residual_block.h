// The blocks of residual networks, with timm's names: two 3x3 convolutions, or a bottleneck of 1x1, 3x3 (in groups for
// ResNeXt) and 1x1, with squeeze-and-excitation where asked for.
#ifndef DOODLE_WORKER_MODEL_RESIDUAL_BLOCK_H_
#define DOODLE_WORKER_MODEL_RESIDUAL_BLOCK_H_

#include <cstdint>
#include <memory>

#include "ATen/core/Tensor.h"
#include "torch/nn/module.h"

namespace doodle {

struct BlockSpec {
  bool bottleneck = false;  // Output is planes (basic) or 4 * planes (bottleneck) channels.
  int64_t groups = 1;       // Of the bottleneck's 3x3 convolution: ResNeXt's cardinality.
  int64_t base_width = 64;  // Channels of a group for 64 planes.
  bool squeeze = false;     // Squeeze-and-excitation behind the last norm, a sixteenth of the channels inside.

  int64_t OutputChannels(int64_t planes) const { return bottleneck ? 4 * planes : planes; }
};

// Single-threaded, as ImageModel.
class ResidualBlock : public torch::nn::Module {
 public:
  // `x`: [batch, channels, height, width], left as it is. Throws as LibTorch does.
  virtual at::Tensor Forward(const at::Tensor& x) = 0;

  // The last norm's weight becomes 0, so that the block starts as its shortcut.
  virtual void ZeroLastNorm() = 0;
};

// From `in` channels to spec.OutputChannels(planes); the map shrinks by `stride`. Where size or channels change, the
// shortcut is a 1x1 convolution with a norm.
std::shared_ptr<ResidualBlock> MakeResidualBlock(const BlockSpec& spec, int64_t in, int64_t planes, int64_t stride);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_RESIDUAL_BLOCK_H_
