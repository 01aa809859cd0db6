// Which failures repeat however often the gang is formed again. Pure.
#ifndef DOODLE_WORKER_GANG_FAILURE_POLICY_H_
#define DOODLE_WORKER_GANG_FAILURE_POLICY_H_

#include "absl/status/status.h"

namespace doodle {

// True: the job itself is at fault and fails at once. Peers, sockets, memory and time-outs are not its fault.
inline bool IsPermanentFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:     // The specification asks for what cannot be.
    case absl::StatusCode::kFailedPrecondition:  // Plan or view differ from the coordinator's.
    case absl::StatusCode::kOutOfRange:          // The loss is no longer a finite number.
    case absl::StatusCode::kUnimplemented:       // A feature that this trainer does not have.
    case absl::StatusCode::kDataLoss:            // A corrupt shard stays corrupt.
    case absl::StatusCode::kNotFound:            // The dataset or a named file is not there.
      return true;
    default:
      return false;
  }
}

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_FAILURE_POLICY_H_
