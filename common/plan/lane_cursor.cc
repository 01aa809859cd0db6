#include "common/plan/lane_cursor.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/plan/keyed_shuffle.h"
#include "common/plan/region_window.h"
#include "common/plan/stage_plan.h"

namespace doodle {

LaneCursor::LaneCursor(std::shared_ptr<const EpochOrders> orders, uint64_t first_slot)
    : orders_(std::move(orders)),
      slots_(orders_->spec().epochs * orders_->spec().samples),
      steps_(PlanSteps(orders_->spec().samples, orders_->spec().epochs, orders_->spec().global_batch)),
      slot_(first_slot),
      lane_(static_cast<uint32_t>(first_slot % orders_->spec().lanes)) {}

std::optional<PlannedSample> LaneCursor::Next() {
  if (slot_ >= slots_) return std::nullopt;
  PlannedSample sample;
  TakeStep(std::min(slot_ / orders_->spec().global_batch, steps_ - 1), slot_ + 1, &sample, 1);
  return sample;
}

void LaneCursor::TakeStep(uint64_t step, uint64_t end_slot, PlannedSample* out, size_t stride) {
  const uint64_t lanes = orders_->spec().lanes;
  // Copies: the compiler cannot know that `out` is none of this object's members.
  uint64_t slot = slot_;
  while (slot < end_slot) {
    if (next_in_window_ == window_.size()) {
      slot_ = slot;
      OpenWindow();
    }
    const SamplePlace* place = window_.data() + next_in_window_;
    const SamplePlace* const end = window_.data() + window_.size();
    const uint64_t epoch = epoch_;
    for (; slot < end_slot && place != end; ++place, slot += lanes, out += stride) {
      *out = {slot, step, lane_, epoch, place->shard, place->position};
    }
    next_in_window_ = place - window_.data();
    // All lanes' windows together are larger than a core's cache; the next step wants what follows here.
    __builtin_prefetch(place + 7);
  }
  slot_ = slot;
}

// A window ends with its region at the latest, and a region with its epoch, so the window of `slot_` is always the
// next one to read.
void LaneCursor::OpenWindow() {
  const PlanSpec& spec = orders_->spec();
  const uint64_t epoch = slot_ / spec.samples;
  if (order_ == nullptr || epoch != epoch_) order_ = orders_->Of(epoch);
  epoch_ = epoch;
  const uint64_t in_epoch = slot_ % spec.samples;
  const auto region = static_cast<uint32_t>(in_epoch % spec.lanes);
  const uint64_t position = in_epoch / spec.lanes;
  const RegionWindow window = WindowAt(spec.samples, spec.lanes, region, position);
  const uint64_t start = RegionStart(spec.samples, spec.lanes, region);
  order_->Resolve(start + window.begin, start + window.end, window_);
  KeyedShuffle(std::span<SamplePlace>(window_), PlanKey(order_->key(), PlanDomain::kWindow, {region, window.index}));
  next_in_window_ = position - window.begin;
}

}  // namespace doodle
