#include "cli/exit_code.h"

#include "absl/strings/cord.h"

namespace doodle {

namespace {
constexpr char kUnreachableMark[] = "doodle.cli/unreachable";
constexpr char kInterruptedMark[] = "doodle.cli/interrupted";
}  // namespace

absl::Status Unreachable(absl::Status status) {
  status.SetPayload(kUnreachableMark, absl::Cord("1"));
  return status;
}

absl::Status Interrupted(absl::string_view message) {
  absl::Status status = absl::CancelledError(message);
  status.SetPayload(kInterruptedMark, absl::Cord("1"));
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.GetPayload(kUnreachableMark).has_value()) return kExitUnreachable;
  if (status.GetPayload(kInterruptedMark).has_value()) return kExitInterrupted;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return kExitUsage;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    default:
      return kExitFailed;
  }
}

}  // namespace doodle
