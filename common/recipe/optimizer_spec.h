// The optimizer of a stage, as plain values. The learning rate lives in common/schedule only.
#ifndef DOODLE_COMMON_RECIPE_OPTIMIZER_SPEC_H_
#define DOODLE_COMMON_RECIPE_OPTIMIZER_SPEC_H_

namespace doodle {

enum class OptimizerKind { kAdamW, kSgd };

// Defaults are PyTorch's, but for SGD's momentum.
struct OptimizerSpec {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double weight_decay = 0.01;  // Not applied to biases and normalization weights (one-dimensional parameters).
  double momentum = 0.9;       // kSgd.
  bool nesterov = false;       // kSgd.
  double beta1 = 0.9;          // kAdamW.
  double beta2 = 0.999;        // kAdamW.
  double eps = 1e-8;           // kAdamW.

  bool operator==(const OptimizerSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RECIPE_OPTIMIZER_SPEC_H_
