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
  if (next_in_window_ == window_.size()) OpenWindow();
  const SamplePlace place = window_[next_in_window_++];
  const uint64_t step = std::min(slot_ / orders_->spec().global_batch, steps_ - 1);
  const PlannedSample sample = {slot_, step, lane_, epoch_, place.shard, place.position};
  slot_ += orders_->spec().lanes;
  return sample;
}

absl::Span<const SamplePlace> LaneCursor::TakeWindow() {
  if (slot_ >= slots_) return {};
  if (next_in_window_ == window_.size()) OpenWindow();
  const auto rest = absl::MakeConstSpan(window_).subspan(next_in_window_);
  next_in_window_ = window_.size();
  slot_ += rest.size() * orders_->spec().lanes;
  return rest;
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
