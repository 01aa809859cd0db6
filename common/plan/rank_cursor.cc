#include "common/plan/rank_cursor.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace doodle {
namespace {

// Rows taken from a lane at a time, at least: two cache lines of its window.
constexpr uint64_t kRowsAhead = 16;

}  // namespace

RankCursor::RankCursor(StagePlan plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step)
    : plan_(std::move(plan)),
      first_lane_(first_lane),
      next_step_(first_step),
      rests_(end_lane - first_lane),
      ahead_begin_(first_step),
      ahead_end_(first_step) {
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
  const absl::Span<const SamplePlace> places = NextPlaces();
  const uint64_t width = lanes_.size();
  samples.resize(places.size());
  // Counted from the stage's first slot on.
  const uint64_t before = SamplesBefore(plan_.Slots(step).begin);
  for (size_t i = 0; i < places.size(); ++i) {
    const uint64_t lane = first_lane_ + (before + i) % width;
    const uint64_t slot = (before + i) / width * plan_.spec().lanes + lane;
    samples[i] = {
        slot, step, static_cast<uint32_t>(lane), slot / plan_.spec().samples, places[i].shard, places[i].position};
  }
}

absl::Span<const SamplePlace> RankCursor::NextPlaces() {
  if (next_step_ == ahead_end_) LookAhead();
  const SlotRange slots = plan_.Slots(next_step_++);
  const uint64_t before = SamplesBefore(plan_.Slots(ahead_begin_).begin);
  const uint64_t begin = SamplesBefore(slots.begin) - before;
  return absl::MakeConstSpan(ahead_).subspan(begin, SamplesBefore(slots.end) - before - begin);
}

// The stage's slots are rows of C, of which the rank's lanes are one stretch: its samples before `slot`.
uint64_t RankCursor::SamplesBefore(uint64_t slot) const {
  const uint64_t lanes = plan_.spec().lanes;
  const uint64_t lane = slot % lanes;
  const uint64_t width = lanes_.size();
  return slot / lanes * width + (lane <= first_lane_ ? 0 : std::min(lane - first_lane_, width));
}

// Lane after lane: what a lane adds to a row is one stretch further in `ahead_` than what it added to the row before.
void RankCursor::LookAhead() {
  const uint64_t steps = std::max<uint64_t>(1, kRowsAhead * plan_.spec().lanes / plan_.spec().global_batch);
  ahead_begin_ = next_step_;
  ahead_end_ = next_step_ + steps;
  const uint64_t before = SamplesBefore(plan_.Slots(ahead_begin_).begin);
  ahead_.resize(SamplesBefore(plan_.Slots(ahead_end_ - 1).end) - before);
  if (ahead_.empty()) return;
  const uint64_t width = lanes_.size();
  const uint64_t rows = ahead_.size() / width;
  const uint64_t longer = ahead_.size() % width;  // Lanes with a row more, from the first sample's lane on.
  uint64_t lane = before % width;
  for (uint64_t first = 0; first < std::min<uint64_t>(width, ahead_.size()); ++first) {
    const uint64_t count = rows + (first < longer);
    Rest& rest = rests_[lane];
    SamplePlace* out = &ahead_[first];
    if (static_cast<uint64_t>(rest.end - rest.next) < count) {
      TakeOverWindows(lane, count, out);
    } else {
      const SamplePlace* const next = rest.next;
      for (uint64_t row = 0; row < count; ++row, out += width) *out = next[row];
      rest.next = next + count;
    }
    // All lanes' windows together are larger than a core's cache: what this lane gives next time.
    for (int line : {7, 15}) __builtin_prefetch(rest.next + std::min<ptrdiff_t>(rest.end - rest.next, line));
    if (++lane == width) lane = 0;
  }
}

// For a lane whose window ends on the way.
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
