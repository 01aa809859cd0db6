#include "common/schedule/schedule.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/schedule/schedule_kinds.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// As torch.optim.lr_scheduler.LinearLR(start_factor=0.01) in front of the schedule.
constexpr double kWarmupStartFactor = 0.01;

absl::Status CheckPositive(absl::string_view field, double value) {
  if (std::isfinite(value) && value > 0) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be a finite number above 0, is ", value));
}

// `value` in [0, limit]; the limit is another field or a number, as `limit_name` says.
absl::Status CheckUpTo(absl::string_view field, double value, double limit, absl::string_view limit_name) {
  if (value >= 0 && value <= limit) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be from 0 to ", limit_name, ", is ", value));
}

absl::Status CheckMomentum(const ScheduleSpec& spec) {
  if (!spec.cycle_momentum) return absl::OkStatus();
  if (!(spec.max_momentum >= 0 && spec.max_momentum < 1)) {
    return InvalidField("max_momentum", absl::StrCat("must be from 0 to below 1, is ", spec.max_momentum));
  }
  return CheckUpTo("base_momentum", spec.base_momentum, spec.max_momentum, "max_momentum");
}

absl::Status CheckOneCycle(const ScheduleSpec& spec) {
  DOODLE_RETURN_IF_ERROR(CheckPositive("max_lr", spec.max_lr));
  DOODLE_RETURN_IF_ERROR(CheckUpTo("pct_start", spec.pct_start, 1, "1"));
  DOODLE_RETURN_IF_ERROR(CheckPositive("div_factor", spec.div_factor));
  DOODLE_RETURN_IF_ERROR(CheckPositive("final_div_factor", spec.final_div_factor));
  return CheckMomentum(spec);
}

absl::Status CheckCosine(const ScheduleSpec& spec) {
  DOODLE_RETURN_IF_ERROR(CheckPositive("lr", spec.lr));
  return CheckUpTo("min_lr", spec.min_lr, spec.lr, "lr");
}

absl::Status CheckCyclic(const ScheduleSpec& spec) {
  DOODLE_RETURN_IF_ERROR(CheckPositive("max_lr", spec.max_lr));
  DOODLE_RETURN_IF_ERROR(CheckUpTo("base_lr", spec.base_lr, spec.max_lr, "max_lr"));
  DOODLE_RETURN_IF_ERROR(CheckPositive("gamma", spec.gamma));
  if (spec.step_size_up < 1) return InvalidField("step_size_up", "must be at least 1 step");
  if (spec.step_size_down < 1) return InvalidField("step_size_down", "must be at least 1 step");
  return CheckMomentum(spec);
}

absl::Status CheckKind(const ScheduleSpec& spec) {
  switch (spec.kind) {
    case ScheduleKind::kConstant:
      return CheckPositive("lr", spec.lr);
    case ScheduleKind::kOneCycle:
      return CheckOneCycle(spec);
    case ScheduleKind::kCosine:
      return CheckCosine(spec);
    case ScheduleKind::kClr:
      return CheckCyclic(spec);
  }
  return InvalidField("kind", "unknown");
}

}  // namespace

absl::StatusOr<Schedule> Schedule::Create(const ScheduleSpec& spec, int64_t total_steps) {
  if (total_steps < 1) return absl::InvalidArgumentError("a schedule needs at least one step");
  DOODLE_RETURN_IF_ERROR(CheckKind(spec));
  if (spec.warmup_steps < 0 || spec.warmup_steps >= total_steps) {
    return InvalidField(
        "warmup", absl::StrCat("must be shorter than the stage's ", total_steps, " steps, is ", spec.warmup_steps));
  }
  return Schedule(spec, total_steps);
}

ScheduleValue Schedule::At(int64_t step) const {
  const int64_t within = std::clamp<int64_t>(step, 0, total_steps_ - 1);
  if (within >= spec_.warmup_steps) return AfterWarmup(within - spec_.warmup_steps);
  ScheduleValue value = AfterWarmup(0);
  const double share = static_cast<double>(within) / static_cast<double>(spec_.warmup_steps);
  value.learning_rate *= kWarmupStartFactor + (1 - kWarmupStartFactor) * share;
  return value;
}

ScheduleValue Schedule::AfterWarmup(int64_t step) const {
  switch (spec_.kind) {
    case ScheduleKind::kConstant:
      break;
    case ScheduleKind::kOneCycle:
      return OneCycleAt(spec_, total_steps_ - spec_.warmup_steps, step);
    case ScheduleKind::kCosine:
      return CosineAt(spec_, total_steps_ - spec_.warmup_steps, step);
    case ScheduleKind::kClr:
      return CyclicAt(spec_, step);
  }
  return {spec_.lr, {}};
}

}  // namespace doodle
