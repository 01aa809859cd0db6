#include "cli/job_state.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace doodle {

std::string StateName(v1::JobState state) {
  return std::string(absl::StripPrefix(v1::JobState_Name(state), "JOB_STATE_"));
}

std::string StateName(v1::WorkerState state) {
  return std::string(absl::StripPrefix(v1::WorkerState_Name(state), "WORKER_STATE_"));
}

Color StateColor(v1::JobState state) {
  switch (state) {
    case v1::JOB_STATE_RUNNING:
    case v1::JOB_STATE_SUCCEEDED:
      return Color::kGreen;
    case v1::JOB_STATE_FAILED:
      return Color::kRed;
    case v1::JOB_STATE_CANCELED:
    case v1::JOB_STATE_PAUSED:
      return Color::kDim;
    default:
      return Color::kYellow;
  }
}

bool JobEnded(v1::JobState state) {
  return state == v1::JOB_STATE_SUCCEEDED || state == v1::JOB_STATE_FAILED || state == v1::JOB_STATE_CANCELED;
}

absl::Status JobOutcome(const v1::Job& job) {
  if (job.state() == v1::JOB_STATE_SUCCEEDED) return absl::OkStatus();
  const std::string state = absl::AsciiStrToLower(StateName(job.state()));
  return absl::AbortedError(
      absl::StrCat("job ", job.id(), " ", state, job.reason().empty() ? "" : absl::StrCat(": ", job.reason())));
}

}  // namespace doodle
