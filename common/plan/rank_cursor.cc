#include "common/plan/rank_cursor.h"

#include <algorithm>
#include <utility>

namespace doodle {

RankCursor::RankCursor(StagePlan plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step)
    : plan_(std::move(plan)), first_lane_(first_lane), next_step_(first_step) {
  for (uint32_t lane = first_lane; lane < end_lane; ++lane) lanes_.push_back(plan_.OpenLane(lane, first_step));
}

std::vector<PlannedSample> RankCursor::NextStep() {
  const SlotRange range = plan_.Slots(next_step_++);
  const uint64_t lanes = plan_.spec().lanes;
  const uint64_t end_lane = first_lane_ + lanes_.size();
  std::vector<PlannedSample> samples;
  // Row after row of C slots, of which the rank's lanes are one stretch; the step cuts its first and last row.
  for (uint64_t row = range.begin - range.begin % lanes; row < range.end; row += lanes) {
    const uint64_t end = std::min(range.end, row + end_lane);
    for (uint64_t slot = std::max(range.begin, row + first_lane_); slot < end; ++slot) {
      samples.push_back(*lanes_[slot - row - first_lane_].Next());
    }
  }
  return samples;
}

}  // namespace doodle
