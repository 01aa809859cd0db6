// The control tensor: what ranks must agree on beside the gradients, in one sum per step. Counts make all ranks decide
// the same at the same step; the statistics of batch norm ride along, weighted by samples.
#ifndef DOODLE_WORKER_COLLECTIVE_CONTROL_REDUCTION_H_
#define DOODLE_WORKER_COLLECTIVE_CONTROL_REDUCTION_H_

#include <array>
#include <vector>

#include "ATen/core/Tensor.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "torch/csrc/distributed/c10d/ProcessGroup.hpp"

namespace doodle {

// One rank's contribution, or the sum of all. Every field is a sum.
struct ControlSums {
  double loss = 0;        // Sum of sample losses.
  double samples = 0;     // Samples in the step.
  double not_finite = 0;  // Ranks whose loss is not a finite number.
  double leave = 0;       // Ranks that their daemon asked to leave.
  double checkpoint = 0;  // Rank 0: a checkpoint is due by the clock.
  double evaluate = 0;    // Rank 0: an evaluation is due by the clock.

  static constexpr size_t kCount = 6;
  std::array<double, kCount> ToArray() const { return {loss, samples, not_finite, leave, checkpoint, evaluate}; }
  static ControlSums FromArray(const double* values) {
    return {values[0], values[1], values[2], values[3], values[4], values[5]};
  }
  bool operator==(const ControlSums&) const = default;
};

// Start once a step, on all ranks before backward, so that it travels beside the gradients; Finish after backward.
// Single-threaded: the training thread.
class ControlReduction {
 public:
  // `group` null: a world of one. `averaged`: float32 tensors, e.g. running means; they keep their memory.
  ControlReduction(c10::intrusive_ptr<c10d::ProcessGroup> group, std::vector<at::Tensor> averaged);

  absl::Status Start(const ControlSums& mine);
  // The sums of all ranks. An error: the step is not committed.
  absl::StatusOr<ControlSums> Finish();
  // Commit: every averaged tensor becomes the mean over ranks, weighted by their samples. Throws as LibTorch does.
  void StoreAverages();

  uint64_t bytes() const { return bytes_; }  // Sent by this rank, one way.

 private:
  const c10::intrusive_ptr<c10d::ProcessGroup> group_;
  const std::vector<at::Tensor> averaged_;
  at::Tensor packed_;  // float64: the sums, then the averaged tensors one after another.
  c10::intrusive_ptr<c10d::Work> work_;
  uint64_t bytes_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_COLLECTIVE_CONTROL_REDUCTION_H_
