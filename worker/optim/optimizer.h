// AdamW and SGD over LibTorch's fused operators: one pass over memory a group. Equal to torch.optim's.
#ifndef DOODLE_WORKER_OPTIM_OPTIMIZER_H_
#define DOODLE_WORKER_OPTIM_OPTIMIZER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/recipe/optimizer_spec.h"
#include "worker/torch/tensor_entry.h"

namespace doodle {

// Two groups: parameters of two and more dimensions decay, the others (biases, normalization weights) do not.
// The state is there from the start, zeros, so that it can be received, loaded and hashed before the first step.
// Single-threaded: the training thread.
class Optimizer {
 public:
  // `parameters` as Parameters() of worker/model gives them; their memory must stay where it is. INVALID_ARGUMENT for
  // no parameters, or a value of `spec` out of its range (names the field).
  static absl::StatusOr<std::unique_ptr<Optimizer>> Create(const OptimizerSpec& spec, TensorEntries parameters);

  // One update from the parameters' gradients, which it leaves alone. `momentum`: SGD's momentum or AdamW's beta1 for
  // this step where the schedule cycles it. FAILED_PRECONDITION, before the first byte changes, names a parameter
  // without gradient.
  absl::Status Step(double learning_rate, std::optional<double> momentum = std::nullopt);

  // Drops the gradients (undefined, not zero), as Reducer with gradients as bucket views wants it.
  void ClearGradients();

  // The state tensors, sharing memory. AdamW: "step" (float32 scalar: updates so far), "exp_avg.<parameter>",
  // "exp_avg_sq.<parameter>". SGD: "step", "momentum_buffer.<parameter>" unless momentum is 0. Load with LoadEntries,
  // broadcast in place, hash with DigestEntries.
  TensorEntries StateTensors() const;

  // Back to zeros.
  absl::Status Reset();

  const OptimizerSpec& spec() const { return spec_; }

 private:
  struct Group {
    double weight_decay = 0;
    std::vector<size_t> members;  // Indices into parameters_.
  };

  Optimizer(const OptimizerSpec& spec, TensorEntries parameters);
  std::vector<at::Tensor> GroupGradients(const Group& group) const;
  void StepAdamW(const Group& group, double learning_rate, double beta1);
  void StepSgd(const Group& group, double learning_rate, double momentum);

  const OptimizerSpec spec_;
  const TensorEntries parameters_;
  std::vector<Group> groups_;
  at::Tensor step_;
  std::vector<at::Tensor> first_;   // exp_avg or momentum_buffer; by parameter.
  std::vector<at::Tensor> second_;  // exp_avg_sq; by parameter.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_OPTIM_OPTIMIZER_H_
