// How a command's outcome becomes an exit code. A contract: scripts branch on these numbers.
#ifndef DOODLE_CLI_EXIT_CODE_H_
#define DOODLE_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace doodle {

enum ExitCode {
  kExitDone = 0,
  kExitFailed = 1,       // The work failed.
  kExitUsage = 2,        // Wrong usage or bad input.
  kExitNotFound = 3,     // A job, a file, a checkpoint.
  kExitUnreachable = 4,  // No coordinator answered.
  kExitInterrupted = 130,
};

// Marks `status` as the failure to reach a coordinator, as distinct from a local UNAVAILABLE.
absl::Status Unreachable(absl::Status status);

// Marks an end by Ctrl-C; `message` may be empty.
absl::Status Interrupted(absl::string_view message);

// INVALID_ARGUMENT, OUT_OF_RANGE and UNIMPLEMENTED (a field not built yet) are bad input; NOT_FOUND is not found;
// what is marked is unreachable or interrupted; anything else failed.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace doodle

#endif  // DOODLE_CLI_EXIT_CODE_H_
