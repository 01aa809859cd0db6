#include "common/plan/rank_cursor.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace doodle {

RankCursor::RankCursor(StagePlan plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step)
    : plan_(std::move(plan)), first_lane_(first_lane), next_step_(first_step), rests_(end_lane - first_lane) {
  lanes_.reserve(end_lane - first_lane);
  for (uint32_t lane = first_lane; lane < end_lane; ++lane) lanes_.push_back(plan_.OpenLane(lane, first_step));
}

std::vector<PlannedSample> RankCursor::NextStep() {
  std::vector<PlannedSample> samples;
  NextStep(samples);
  return samples;
}

void RankCursor::NextStep(std::vector<PlannedSample>& samples) {
  const uint64_t step = next_step_;
  const Share share = ShareOfStep();
  NextPlaces(places_);
  const uint64_t lanes = plan_.spec().lanes;
  uint64_t row = share.slots.begin / lanes * lanes;  // The row's first slot.
  uint64_t in_row = share.cut;
  samples.resize(places_.size());
  for (size_t i = 0; i < places_.size(); ++i, ++in_row) {
    if (in_row == lanes_.size()) {
      in_row = 0;
      row += lanes;
    }
    const uint64_t lane = first_lane_ + in_row;
    const uint64_t slot = row + lane;
    samples[i] = {
        slot, step, static_cast<uint32_t>(lane), slot / plan_.spec().samples, places_[i].shard, places_[i].position};
  }
}

// The slots of a step are rows of C, of which the rank's lanes are one stretch; the step cuts its first and last row.
RankCursor::Share RankCursor::ShareOfStep() const {
  Share share;
  share.slots = plan_.Slots(next_step_);
  const uint64_t lanes = plan_.spec().lanes;
  const uint64_t width = lanes_.size();
  // Of the rank's stretch, what lies before a slot of that row.
  const auto before = [&](uint64_t slot) {
    const uint64_t lane = slot % lanes;
    return lane <= first_lane_ ? 0 : std::min(lane - first_lane_, width);
  };
  share.cut = before(share.slots.begin);
  const uint64_t rows = share.slots.end / lanes - share.slots.begin / lanes;
  share.samples = rows * width + before(share.slots.end) - share.cut;
  return share;
}

// Lane after lane: what a lane adds to a row is one stretch further in `places` than what it added to the row before.
void RankCursor::NextPlaces(std::vector<SamplePlace>& places) {
  const Share share = ShareOfStep();
  ++next_step_;
  const uint64_t width = lanes_.size();
  places.resize(share.samples);
  if (places.empty()) return;
  const uint64_t rows = share.samples / width;
  const uint64_t longer = share.samples % width;  // Lanes with a row more, from the first sample's lane on.
  uint64_t lane = share.cut < width ? share.cut : 0;
  for (uint64_t first = 0; first < std::min(width, share.samples); ++first) {
    const uint64_t count = rows + (first < longer);
    Rest& rest = rests_[lane];
    const SamplePlace* next = rest.next;
    if (static_cast<uint64_t>(rest.end - next) < count) {
      TakeOverWindows(lane, count, &places[first]);
    } else {
      SamplePlace* out = &places[first];
      for (uint64_t row = 0; row < count; ++row, out += width) *out = next[row];
      rest.next = next + count;
      // All lanes' windows together are larger than a core's cache; the next step wants what follows here.
      __builtin_prefetch(rest.next + std::min<ptrdiff_t>(rest.end - rest.next, 7));
    }
    if (++lane == width) lane = 0;
  }
}

// For a lane whose window ends within the step.
void RankCursor::TakeOverWindows(uint64_t lane, uint64_t count, SamplePlace* out) {
  Rest& rest = rests_[lane];
  for (uint64_t row = 0; row < count; ++row, out += lanes_.size()) {
    if (rest.next == rest.end) {
      const absl::Span<const SamplePlace> window = lanes_[lane].TakeWindow();
      rest = {window.data(), window.data() + window.size()};
    }
    *out = *rest.next++;
  }
}

}  // namespace doodle
