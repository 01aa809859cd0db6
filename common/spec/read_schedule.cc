#include "common/spec/read_schedule.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/schedule/schedule.h"
#include "common/spec/spec_words.h"
#include "common/spec/trigger.h"

namespace doodle {
namespace {

using google::protobuf::FieldDescriptor;
using Names = std::vector<absl::string_view>;

// Beside kind and warmup, which all of them have.
Names FieldsOf(ScheduleKind kind) {
  switch (kind) {
    case ScheduleKind::kConstant:
      return {"lr"};
    case ScheduleKind::kOneCycle:
      return {"max_lr", "pct_start",      "div_factor",    "final_div_factor", "three_phase",
              "anneal", "cycle_momentum", "base_momentum", "max_momentum"};
    case ScheduleKind::kCosine:
      return {"lr", "min_lr"};
    case ScheduleKind::kClr:
      return {"base_lr", "max_lr",         "mode",          "step_size_up", "step_size_down",
              "gamma",   "cycle_momentum", "base_momentum", "max_momentum"};
  }
  return {};
}

absl::Status RefuseUnusedFields(const v1::ScheduleSpec& schedule, ScheduleKind kind) {
  Names used = FieldsOf(kind);
  used.insert(used.end(), {"kind", "warmup"});
  std::vector<const FieldDescriptor*> fields;
  schedule.GetReflection()->ListFields(schedule, &fields);
  for (const FieldDescriptor* field : fields) {
    if (std::find(used.begin(), used.end(), field->name()) != used.end()) continue;
    return InvalidField(field->name(), absl::StrCat("is not used by kind ", schedule.kind()));
  }
  return absl::OkStatus();
}

// Fields that only mean something beside another one.
absl::Status RefuseIdleFields(const v1::ScheduleSpec& schedule, const ScheduleSpec& plain) {
  if (!plain.cycle_momentum && schedule.has_base_momentum()) {
    return InvalidField("base_momentum", "needs cycle_momentum: true");
  }
  if (!plain.cycle_momentum && schedule.has_max_momentum()) {
    return InvalidField("max_momentum", "needs cycle_momentum: true");
  }
  if (schedule.has_gamma() && plain.clr_mode != ClrMode::kExpRange) {
    return InvalidField("gamma", "needs mode: exp_range");
  }
  return absl::OkStatus();
}

absl::StatusOr<ScheduleKind> ReadKind(const std::string& kind) {
  for (absl::string_view later : {"step", "multistep", "exponential", "polynomial", "cosine_restarts", "plateau"}) {
    if (kind == later) return UnsupportedValue("kind", kind, "constant, one_cycle, cosine and clr");
  }
  return ParseWord<ScheduleKind>("kind", kind, kScheduleWords);
}

absl::Status ReadLength(absl::string_view field, const std::string& text, Trigger& length) {
  const auto trigger = ParseTrigger(text);
  if (!trigger.ok()) return InvalidField(field, trigger.status().message());
  if (trigger->unit == Trigger::Unit::kNever) return InvalidField(field, "auto is not a length");
  if (trigger->unit == Trigger::Unit::kSeconds) {
    return InvalidField(field, absl::StrCat(text, " is wall-clock time; a schedule counts ba, ep, sp or %"));
  }
  length = *trigger;
  return absl::OkStatus();
}

absl::Status ReadLengths(const v1::ScheduleSpec& schedule, StageSpec& stage) {
  if (schedule.has_warmup()) DOODLE_RETURN_IF_ERROR(ReadLength("warmup", schedule.warmup(), stage.warmup));
  if (schedule.has_step_size_up()) {
    DOODLE_RETURN_IF_ERROR(ReadLength("step_size_up", schedule.step_size_up(), stage.step_size_up));
  }
  if (schedule.has_step_size_down()) {
    DOODLE_RETURN_IF_ERROR(ReadLength("step_size_down", schedule.step_size_down(), stage.step_size_down));
  }
  return absl::OkStatus();
}

void ReadNumbers(const v1::ScheduleSpec& from, ScheduleSpec& to) {
  const auto take = [](bool given, double value, double& target) {
    if (given) target = value;
  };
  take(from.has_lr(), from.lr(), to.lr);
  take(from.has_max_lr(), from.max_lr(), to.max_lr);
  take(from.has_base_lr(), from.base_lr(), to.base_lr);
  take(from.has_min_lr(), from.min_lr(), to.min_lr);
  take(from.has_pct_start(), from.pct_start(), to.pct_start);
  take(from.has_div_factor(), from.div_factor(), to.div_factor);
  take(from.has_final_div_factor(), from.final_div_factor(), to.final_div_factor);
  take(from.has_gamma(), from.gamma(), to.gamma);
  take(from.has_base_momentum(), from.base_momentum(), to.base_momentum);
  take(from.has_max_momentum(), from.max_momentum(), to.max_momentum);
  to.three_phase = from.three_phase();
  to.cycle_momentum = from.cycle_momentum();
}

}  // namespace

absl::Status ReadSchedule(const v1::ScheduleSpec& schedule, StageSpec& stage) {
  ScheduleSpec plain;
  DOODLE_ASSIGN_OR_RETURN(plain.kind, ReadKind(schedule.kind()));
  DOODLE_RETURN_IF_ERROR(RefuseUnusedFields(schedule, plain.kind));
  if (schedule.has_anneal()) {
    DOODLE_ASSIGN_OR_RETURN(plain.anneal, ParseWord<AnnealKind>("anneal", schedule.anneal(), kAnnealWords));
  }
  if (schedule.has_mode()) {
    DOODLE_ASSIGN_OR_RETURN(plain.clr_mode, ParseWord<ClrMode>("mode", schedule.mode(), kClrModeWords));
  }
  ReadNumbers(schedule, plain);
  DOODLE_RETURN_IF_ERROR(RefuseIdleFields(schedule, plain));
  DOODLE_RETURN_IF_ERROR(ReadLengths(schedule, stage));
  // The lengths are not known in steps yet; all else is checked where it is used.
  const auto usable = Schedule::Create(plain, std::numeric_limits<int32_t>::max());
  if (!usable.ok()) return usable.status();
  stage.schedule = plain;
  return absl::OkStatus();
}

}  // namespace doodle
