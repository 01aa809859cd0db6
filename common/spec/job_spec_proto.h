// v1::JobSpec to the plain JobSpec: the only converter. It fills in defaults, merges each stage with the job's blocks
// and checks every value, so whoever holds a JobSpec need not check again. Thread-safe.
//
// Errors name the field as FieldOf (common/status) returns it, such as "stages[0].epochs":
//   INVALID_ARGUMENT  the value cannot be right; the message says what would be
//   UNIMPLEMENTED     the feature is not built yet. A field is never ignored: one that only says what happens anyway
//                     (hflip: 0, deterministic: false) is accepted, any other value is refused.
#ifndef DOODLE_COMMON_SPEC_JOB_SPEC_PROTO_H_
#define DOODLE_COMMON_SPEC_JOB_SPEC_PROTO_H_

#include "absl/status/statusor.h"
#include "common/spec/job_spec.h"
#include "doodle/v1/job_spec.pb.h"

namespace doodle {

absl::StatusOr<JobSpec> FromProto(const v1::JobSpec& spec);

// The canonical form for storing: the job's own blocks with every default written out, a name for the job and for each
// stage. Stages keep their overrides as given. FromProto gives the same for it as for `spec`; applying it twice changes
// nothing. Checks nothing.
v1::JobSpec WithDefaults(const v1::JobSpec& spec);

// WithDefaults, and each stage holding its whole merged blocks: what `submit --dry-run` shows. Not for storing: it says
// no longer which stages name an optimizer of their own.
v1::JobSpec WithMergedStages(const v1::JobSpec& spec);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_JOB_SPEC_PROTO_H_
