#include "common/plan/rank_cursor.h"

#include <algorithm>
#include <utility>

namespace doodle {

RankCursor::RankCursor(StagePlan plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step)
    : plan_(std::move(plan)), first_lane_(first_lane), next_step_(first_step) {
  for (uint32_t lane = first_lane; lane < end_lane; ++lane) lanes_.push_back(plan_.OpenLane(lane, first_step));
}

std::vector<PlannedSample> RankCursor::NextStep() {
  std::vector<PlannedSample> samples;
  NextStep(samples);
  return samples;
}

// The slots of a step are rows of C, of which the rank's lanes are one stretch; the step cuts its first and last row.
// Lane after lane: what a lane adds to a row is one stretch further in `samples` than what it added to the row before.
void RankCursor::NextStep(std::vector<PlannedSample>& samples) {
  const uint64_t step = next_step_++;
  const SlotRange range = plan_.Slots(step);
  const uint64_t lanes = plan_.spec().lanes;
  const uint64_t width = lanes_.size();
  // Of the rank's stretch, what lies before a slot of that row.
  const auto before = [&](uint64_t slot) {
    const uint64_t lane = slot % lanes;
    return lane <= first_lane_ ? 0 : std::min(lane - first_lane_, width);
  };
  const uint64_t cut = before(range.begin);
  samples.resize((range.end / lanes - range.begin / lanes) * width + before(range.end) - cut);
  for (uint64_t i = 0; i < width; ++i) {
    const uint64_t first = i < cut ? i + width - cut : i - cut;
    if (first < samples.size()) lanes_[i].TakeStep(step, range.end, &samples[first], width);
  }
}

}  // namespace doodle
