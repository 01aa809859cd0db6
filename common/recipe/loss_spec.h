// The training loss of a stage: cross-entropy with label smoothing.
#ifndef DOODLE_COMMON_RECIPE_LOSS_SPEC_H_
#define DOODLE_COMMON_RECIPE_LOSS_SPEC_H_

namespace doodle {

struct LossSpec {
  double label_smoothing = 0.0;  // 0 to below 1.

  bool operator==(const LossSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RECIPE_LOSS_SPEC_H_
