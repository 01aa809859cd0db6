// A model's tensors in the order of PyTorch's state_dict: per module its parameters, its buffers, then its children.
// The names carry no prefix. Copies, spare buffers and digests: worker/torch/tensor_entry.h.
#ifndef DOODLE_WORKER_MODEL_STATE_DICT_H_
#define DOODLE_WORKER_MODEL_STATE_DICT_H_

#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "worker/model/image_model.h"
#include "worker/torch/tensor_entry.h"

namespace doodle {

// Parameters and buffers; the tensors share the model's memory (without gradient tracking).
TensorEntries StateDict(const ImageModel& model);

// Trainable parameters only, in the same order, themselves (gradients accumulate in them).
TensorEntries Parameters(const ImageModel& model);

// The running statistics of one batch-norm layer; the tensors share the model's memory.
struct BatchNormStatistics {
  std::string name;                // Of the layer: "layer1.0.bn1".
  at::Tensor running_mean;         // float32 [channels]
  at::Tensor running_var;          // float32 [channels]
  at::Tensor num_batches_tracked;  // int64 scalar
};

// In the order of StateDict.
std::vector<BatchNormStatistics> BatchNormLayers(const ImageModel& model);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_STATE_DICT_H_
