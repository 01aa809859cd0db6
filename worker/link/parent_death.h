// A trainer must not outlive its daemon.
#ifndef DOODLE_WORKER_LINK_PARENT_DEATH_H_
#define DOODLE_WORKER_LINK_PARENT_DEATH_H_

#include "absl/status/status.h"

namespace doodle {

// The first statement of a trainer's main: the kernel kills it when its daemon ends. The daemon's pid is in the
// environment variable DOODLE_TRAINER_PARENT; FAILED_PRECONDITION when that process is already gone: exit. Without the
// variable (started by hand), whoever is the parent counts.
absl::Status DieWithTrainerParent();

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_PARENT_DEATH_H_
