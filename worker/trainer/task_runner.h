// Single-process tasks: predict, evaluate, export. A specification in, framed events out.
#ifndef DOODLE_WORKER_TRAINER_TASK_RUNNER_H_
#define DOODLE_WORKER_TRAINER_TASK_RUNNER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"
#include "common/time/clock.h"

namespace doodle {

// Reads the task from `spec_fd` and writes its events to `event_fd`; the last one carries the returned status.
// INVALID_ARGUMENT when the specification is not of the task `name` (predict, evaluate or export).
absl::Status RunTask(absl::string_view name, int spec_fd, int event_fd, FileSystem& files, Clock& clock);

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_TASK_RUNNER_H_
