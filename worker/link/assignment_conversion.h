// From the wire to a TrainerAssignment. Only for .cc files without LibTorch: it has protobuf in it.
#ifndef DOODLE_WORKER_LINK_ASSIGNMENT_CONVERSION_H_
#define DOODLE_WORKER_LINK_ASSIGNMENT_CONVERSION_H_

#include "absl/status/statusor.h"
#include "doodle/v1/gang.pb.h"
#include "worker/link/trainer_assignment.h"

namespace doodle {

// INVALID_ARGUMENT, naming the field, when the message contradicts itself: rank outside the world, weights or stages
// that are missing, a restore source that is no directory name.
absl::StatusOr<TrainerAssignment> FromProto(const v1::Assignment& message);

// OK for what may be named in a restore: one path component.
absl::StatusOr<RestoreSource> FromProto(const v1::RestoreSource& message);

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_ASSIGNMENT_CONVERSION_H_
