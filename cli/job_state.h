// States of jobs and workers in words.
#ifndef DOODLE_CLI_JOB_STATE_H_
#define DOODLE_CLI_JOB_STATE_H_

#include <string>

#include "absl/status/status.h"
#include "cli/console.h"
#include "doodle/v1/job_service.pb.h"
#include "doodle/v1/worker_service.pb.h"

namespace doodle {

// "RUNNING", without the enum's prefix.
std::string StateName(v1::JobState state);
std::string StateName(v1::WorkerState state);
Color StateColor(v1::JobState state);

// SUCCEEDED, FAILED or CANCELED.
bool JobEnded(v1::JobState state);

// What waiting for `job` comes to: OK when it succeeded, else ABORTED with its reason.
absl::Status JobOutcome(const v1::Job& job);

}  // namespace doodle

#endif  // DOODLE_CLI_JOB_STATE_H_
