// Runs a task of doodle-trainer on this machine: predict, evaluate, export.
#ifndef DOODLE_CLI_TASK_RUNNER_H_
#define DOODLE_CLI_TASK_RUNNER_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/environment.h"
#include "doodle/v1/task_spec.pb.h"

namespace doodle {

// Starts the trainer that FindProgram("doodle-trainer", DOODLE_TRAINER) finds, hands it `spec` and shows its progress
// after `doing` ("predicting"). The task's own status if it fails; Interrupted on Ctrl-C, which ends the trainer too;
// INTERNAL, with the end of what it wrote to its standard error, when it ends without a status.
absl::StatusOr<v1::TaskResult> RunTask(Environment& environment, const std::string& task, const std::string& doing,
                                       const v1::TaskSpec& spec);

}  // namespace doodle

#endif  // DOODLE_CLI_TASK_RUNNER_H_
