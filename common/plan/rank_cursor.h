// Walks the lanes of one rank together: the rank's samples of each step, in slot order.
//
//     auto boundaries = LaneBoundaries(spec.lanes, spec.global_batch, weights);
//     RankCursor rank(plan, boundaries[r], boundaries[r + 1], first_step);
//     for (auto samples = rank.NextStep(); !samples.empty(); samples = rank.NextStep()) ...
#ifndef DOODLE_COMMON_PLAN_RANK_CURSOR_H_
#define DOODLE_COMMON_PLAN_RANK_CURSOR_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/plan/stage_plan.h"

namespace doodle {

// Thread-compatible. Holds one window per lane: 2 MiB for all lanes of a plan together.
class RankCursor {
 public:
  // Lanes first_lane .. end_lane-1 from the step `first_step` of the stage on.
  RankCursor(StagePlan plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step);

  RankCursor(RankCursor&&) = default;
  RankCursor& operator=(RankCursor&&) = default;

  uint64_t next_step() const { return next_step_; }  // Of the following step, whichever method takes it.

  // The rank's samples of the step, slots rising; empty after the stage's last step.
  std::vector<PlannedSample> NextStep();
  // The same into `samples`, whose memory is used again.
  void NextStep(std::vector<PlannedSample>& samples);
  // The same, and of each sample only which drawing it is: 8 bytes instead of 40. Valid until the next call of any of
  // these.
  absl::Span<const SamplePlace> NextPlaces();

 private:
  // What a lane has left of its window.
  struct Rest {
    const SamplePlace* next = nullptr;
    const SamplePlace* end = nullptr;
  };

  uint64_t SamplesBefore(uint64_t slot) const;
  void LookAhead();
  void TakeOverWindows(uint64_t lane, uint64_t count, SamplePlace* out);

  StagePlan plan_;
  uint32_t first_lane_;
  uint64_t next_step_;
  std::vector<LaneCursor> lanes_;
  std::vector<Rest> rests_;  // Of each lane; apart from the lanes, so that all of them fit the first cache.

  // The rank's samples of the steps ahead_begin_ .. ahead_end_-1, slots rising.
  std::vector<SamplePlace> ahead_;
  uint64_t ahead_begin_;
  uint64_t ahead_end_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_RANK_CURSOR_H_
