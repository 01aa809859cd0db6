// A process that must not outlive the one that started it.
#ifndef DOODLE_COMMON_THREAD_PARENT_DEATH_H_
#define DOODLE_COMMON_THREAD_PARENT_DEATH_H_

#include <sys/types.h>

#include "absl/status/status.h"

namespace doodle {

// Among the first statements of main: the kernel kills this process when the thread that spawned it ends. `parent` is
// the pid that is expected to be the parent; FAILED_PRECONDITION when it was gone before the request took effect, in
// which case the caller exits. 0: whoever is the parent now, unless that is init.
absl::Status DieWithParent(pid_t parent);

}  // namespace doodle

#endif  // DOODLE_COMMON_THREAD_PARENT_DEATH_H_
