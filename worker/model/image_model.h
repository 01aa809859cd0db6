// What every model is: pixels in, one logit per class out. Models are made by name.
#ifndef DOODLE_WORKER_MODEL_IMAGE_MODEL_H_
#define DOODLE_WORKER_MODEL_IMAGE_MODEL_H_

#include <cstdint>
#include <memory>

#include "ATen/core/Tensor.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "torch/nn/module.h"

namespace doodle {

// Parameters and buffers carry the names of the architecture's reference implementation. Single-threaded: the training
// thread; forward in evaluation mode without gradients may run on any one thread at a time.
class ImageModel : public torch::nn::Module {
 public:
  // `pixels`: float32 [batch, channels, height, width], normalized (input_step.h), channels-last for speed. Returns
  // logits [batch, classes], float32, or bfloat16 under autocast. Throws as LibTorch does: call inside CatchTorch.
  virtual at::Tensor Forward(const at::Tensor& pixels) = 0;

  // Fresh weights as the reference implementation draws them, a function of `seed` alone. Throws as LibTorch does.
  virtual void Initialize(uint64_t seed) = 0;
};

// A fresh model on the CPU in training mode, 4-D weights channels-last. The weights are a function of name, sizes and
// `seed` alone; the process's random generator is neither used for them nor part of the result.
// Names are those of common/catalog. smallcnn (three times 3x3 convolution, batch norm, ReLU, 2x2 max-pool; average;
// linear; for tests and benchmarks) is doodle's own; the others have parameter names, shapes, initialization and result
// of timm's model of that name.
// INVALID_ARGUMENT names an unknown model or a size below 1.
absl::StatusOr<std::shared_ptr<ImageModel>> CreateModel(absl::string_view name, int64_t in_channels, int64_t classes,
                                                        uint64_t seed);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_IMAGE_MODEL_H_
