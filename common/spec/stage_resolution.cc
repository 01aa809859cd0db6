#include "common/spec/stage_resolution.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/plan/lanes.h"
#include "common/plan/micro_batch.h"
#include "common/schedule/schedule.h"
#include "common/spec/spec_checks.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::StatusOr<int64_t> LengthInSteps(const Trigger& length, const StageExtent& extent, absl::string_view field) {
  const absl::StatusOr<int64_t> steps = StepsOf(length, extent);
  if (!steps.ok()) return InvalidField(field, steps.status().message());
  return *steps;
}

absl::StatusOr<ScheduleSpec> ResolveSchedule(const StageSpec& stage, const StageExtent& extent) {
  ScheduleSpec schedule = stage.schedule;
  DOODLE_ASSIGN_OR_RETURN(schedule.warmup_steps, LengthInSteps(stage.warmup, extent, "schedule.warmup"));
  const auto total = static_cast<int64_t>(extent.steps);
  if (schedule.warmup_steps > 0 && schedule.warmup_steps >= total) {
    return InvalidField("schedule.warmup", absl::StrCat(TriggerText(stage.warmup), " is ", schedule.warmup_steps,
                                                        " steps, but the whole stage has ", total));
  }
  if (stage.step_size_up.unit != Trigger::Unit::kNever) {
    DOODLE_ASSIGN_OR_RETURN(schedule.step_size_up, LengthInSteps(stage.step_size_up, extent, "schedule.step_size_up"));
    schedule.step_size_down = schedule.step_size_up;
  }
  if (stage.step_size_down.unit != Trigger::Unit::kNever) {
    DOODLE_ASSIGN_OR_RETURN(schedule.step_size_down,
                            LengthInSteps(stage.step_size_down, extent, "schedule.step_size_down"));
  }
  const auto usable = Schedule::Create(schedule, total);
  if (!usable.ok()) return UnderField(usable.status(), "schedule");
  return schedule;
}

// Overflow is refused too: E*N of a job that anybody means is below 2^63.
absl::Status CheckLength(uint64_t epochs, uint64_t samples, uint64_t global_batch) {
  if (samples == 0) return InvalidField("data", "no drawing of the dataset matches");
  if (epochs > std::numeric_limits<int64_t>::max() / samples) return InvalidField("epochs", "is too large");
  if (epochs * samples >= global_batch) return absl::OkStatus();
  return InvalidField("global_batch", absl::StrCat("is ", global_batch, ", but ", epochs, " epochs of ", samples,
                                                   " drawings do not fill one batch"));
}

}  // namespace

absl::StatusOr<ResolvedStage> ResolveStage(const StageSpec& stage, uint64_t view_size, int max_ranks,
                                           uint64_t first_step) {
  ResolvedStage resolved;
  resolved.first_step = first_step;
  resolved.samples = view_size;
  resolved.epochs = static_cast<uint64_t>(stage.epochs);
  resolved.global_batch = static_cast<uint64_t>(stage.global_batch);
  DOODLE_RETURN_IF_ERROR(CheckLength(resolved.epochs, resolved.samples, resolved.global_batch));
  resolved.steps = resolved.epochs * resolved.samples / resolved.global_batch;
  resolved.lanes = DefaultLanes(resolved.global_batch);
  const auto ranks = static_cast<uint32_t>(max_ranks);
  DOODLE_RETURN_IF_ERROR(CheckRanks(resolved.global_batch, resolved.lanes, ranks));
  const uint64_t automatic = AutoMicroBatch(resolved.global_batch, resolved.lanes, ranks);
  resolved.micro_batch = stage.micro_batch ? static_cast<uint64_t>(*stage.micro_batch) : automatic;
  DOODLE_ASSIGN_OR_RETURN(resolved.schedule, ResolveSchedule(stage, resolved.Extent()));
  return resolved;
}

absl::StatusOr<std::vector<ResolvedStage>> ResolveStages(const JobSpec& job, std::span<const uint64_t> view_sizes) {
  if (view_sizes.size() != job.stages.size()) {
    return absl::InternalError(absl::StrCat(job.stages.size(), " stages but ", view_sizes.size(), " view sizes"));
  }
  std::vector<ResolvedStage> stages;
  for (size_t i = 0; i < job.stages.size(); ++i) {
    auto stage = ResolveStage(job.stages[i], view_sizes[i], job.max_ranks, TotalSteps(stages));
    if (!stage.ok()) return UnderField(stage.status(), absl::StrCat("stages[", i, "]"));
    stages.push_back(*std::move(stage));
  }
  return stages;
}

uint64_t TotalSteps(std::span<const ResolvedStage> stages) {
  return stages.empty() ? 0 : stages.back().first_step + stages.back().steps;
}

}  // namespace doodle
