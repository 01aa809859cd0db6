#include "common/plan/stage_plan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/plan/rank_cursor.h"

namespace doodle {
namespace {

absl::Status CheckSpec(const PlanSpec& spec) {
  if (spec.samples == 0 || spec.epochs == 0 || spec.global_batch == 0) {
    return absl::InvalidArgumentError("a plan needs at least one drawing, one epoch and a global batch of one");
  }
  if (spec.epochs > std::numeric_limits<int64_t>::max() / spec.samples) {
    return absl::InvalidArgumentError(absl::StrCat(spec.epochs, " epochs of ", spec.samples, " drawings overflow"));
  }
  if (spec.lanes == 0 || spec.lanes > spec.global_batch) {
    return absl::InvalidArgumentError(
        absl::StrCat(spec.lanes, " lanes do not fit a global batch of ", spec.global_batch));
  }
  if (spec.epochs * spec.samples < spec.global_batch) {
    return absl::InvalidArgumentError(absl::StrCat("a global batch of ", spec.global_batch, " is more than ",
                                                   spec.epochs, " epochs of ", spec.samples, " drawings"));
  }
  return absl::OkStatus();
}

absl::Status CheckShards(const PlanSpec& spec, const std::vector<uint32_t>& shard_sizes) {
  uint64_t total = 0;
  for (size_t i = 0; i < shard_sizes.size(); ++i) {
    if (shard_sizes[i] == 0) return absl::InvalidArgumentError(absl::StrCat("shard ", i, " of the view is empty"));
    total += shard_sizes[i];
  }
  if (total == spec.samples) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the view's shards hold ", total, " drawings, the plan is for ", spec.samples));
}

}  // namespace

uint64_t PlanSteps(uint64_t samples, uint64_t epochs, uint64_t global_batch) { return epochs * samples / global_batch; }

absl::StatusOr<StagePlan> StagePlan::Create(PlanSpec spec, std::vector<uint32_t> shard_sizes) {
  if (absl::Status status = CheckSpec(spec); !status.ok()) return status;
  if (absl::Status status = CheckShards(spec, shard_sizes); !status.ok()) return status;
  return StagePlan(std::make_shared<EpochOrders>(std::move(spec), std::move(shard_sizes)));
}

uint64_t StagePlan::steps() const { return PlanSteps(spec().samples, spec().epochs, spec().global_batch); }

SlotRange StagePlan::Slots(uint64_t step) const {
  const uint64_t slots = spec().epochs * spec().samples;
  if (step >= steps()) return {slots, slots};
  const uint64_t begin = step * spec().global_batch;
  return {begin, step + 1 == steps() ? slots : begin + spec().global_batch};
}

uint64_t StagePlan::StepSize(uint64_t step) const {
  const SlotRange range = Slots(step);
  return range.end - range.begin;
}

uint64_t StagePlan::StepsToComplete(uint64_t epochs) const {
  const uint64_t slots = std::min(epochs, spec().epochs) * spec().samples;
  return std::min(steps(), slots / spec().global_batch + (slots % spec().global_batch != 0));
}

LaneCursor StagePlan::OpenLane(uint32_t lane, uint64_t first_step) const {
  const uint64_t begin = Slots(first_step).begin;
  const uint64_t lanes = spec().lanes;
  return LaneCursor(orders_, begin + (lane + lanes - begin % lanes) % lanes);
}

PlannedSample StagePlan::At(uint64_t slot) const { return LaneCursor(orders_, slot).Next().value_or(PlannedSample()); }

std::vector<PlannedSample> StagePlan::Step(uint64_t step) const {
  return RankCursor(*this, 0, spec().lanes, step).NextStep();
}

}  // namespace doodle
