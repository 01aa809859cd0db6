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

  RankCursor(RankCursor&&) = default;
  RankCursor& operator=(RankCursor&&) = default;

  uint64_t next_step() const { return next_step_; }  // Of the following step, whichever method takes it.

  // The rank's samples of the step, slots rising; empty after the stage's last step.
  std::vector<PlannedSample> NextStep();
  // The same into `samples`, whose memory is used again.
  void NextStep(std::vector<PlannedSample>& samples);
  // The same, and of each sample only which drawing it is: 8 bytes instead of 40.
  void NextPlaces(std::vector<SamplePlace>& places);

 private:
  // What a lane has left of its window.
  struct Rest {
    const SamplePlace* next = nullptr;
    const SamplePlace* end = nullptr;
  };

  // The rank's slots of the step `next_step_`: rows of the rank's lanes, of which the first misses `cut` lanes.
  struct Share {
    SlotRange slots;
    uint64_t cut = 0;
    uint64_t samples = 0;
  };

  Share ShareOfStep() const;
  void TakeOverWindows(uint64_t lane, uint64_t count, SamplePlace* out);

  StagePlan plan_;
  uint32_t first_lane_;
  uint64_t next_step_;
  std::vector<LaneCursor> lanes_;
  std::vector<Rest> rests_;          // Of each lane; apart from the lanes, so that all of them fit the first cache.
  std::vector<SamplePlace> places_;  // NextStep's, to be used again.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_RANK_CURSOR_H_
