// A trainer must not outlive its daemon.
#ifndef DOODLE_WORKER_LINK_PARENT_DEATH_H_
#define DOODLE_WORKER_LINK_PARENT_DEATH_H_

#include <sys/types.h>

#include "absl/status/status.h"

namespace doodle {

// The first statement of main: the kernel kills this process when the thread that spawned it ends. `parent` is the pid
// that the parent named before it spawned; FAILED_PRECONDITION when that process was gone before
// the request took effect, in which case the caller exits. 0: take whoever is the parent now, unless it is init.
absl::Status DieWithParent(pid_t parent);

// DieWithParent with the pid in the environment variable DOODLE_TRAINER_PARENT; without the variable, 0.
absl::Status DieWithTrainerParent();

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_PARENT_DEATH_H_
