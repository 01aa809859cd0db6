// The schedule block of a stage, from message to plain values. Internal to this folder. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_READ_SCHEDULE_H_
#define DOODLE_COMMON_SPEC_READ_SCHEDULE_H_

#include "absl/status/status.h"
#include "common/spec/job_spec.h"
#include "doodle/v1/job_spec.pb.h"

namespace doodle {

// Reads a filled block into `stage`: its schedule and the lengths in their own units. Field paths without prefix.
// UNIMPLEMENTED for the kinds that common/schedule does not have; INVALID_ARGUMENT for a field that the kind does not
// use, and for values that Schedule::Create refuses.
absl::Status ReadSchedule(const v1::ScheduleSpec& schedule, StageSpec& stage);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_READ_SCHEDULE_H_
