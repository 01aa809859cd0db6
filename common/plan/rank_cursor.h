// Walks the lanes of one rank together: the rank's samples of each step, in slot order.
//
//     auto boundaries = LaneBoundaries(spec.lanes, spec.global_batch, weights);
//     RankCursor rank(plan, boundaries[r], boundaries[r + 1], first_step);
//     for (auto samples = rank.NextStep(); !samples.empty(); samples = rank.NextStep()) ...
#ifndef DOODLE_COMMON_PLAN_RANK_CURSOR_H_
#define DOODLE_COMMON_PLAN_RANK_CURSOR_H_

#include <cstdint>
#include <vector>

#include "common/plan/stage_plan.h"

namespace doodle {

// Thread-compatible. Holds one window per lane: 2 MiB for all lanes of a plan together.
class RankCursor {
 public:
  // Lanes first_lane .. end_lane-1 from the step `first_step` of the stage on.
  RankCursor(StagePlan plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step);

  uint64_t next_step() const { return next_step_; }  // Of the following NextStep.

  // The rank's samples of the step, slots rising; empty after the stage's last step.
  std::vector<PlannedSample> NextStep();
  // The same into `samples`, whose memory is used again.
  void NextStep(std::vector<PlannedSample>& samples);

 private:
  StagePlan plan_;
  uint32_t first_lane_;
  uint64_t next_step_;
  std::vector<LaneCursor> lanes_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_RANK_CURSOR_H_
