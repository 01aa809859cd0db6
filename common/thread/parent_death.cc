#include "common/thread/parent_death.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "absl/strings/str_cat.h"

namespace doodle {

absl::Status DieWithParent(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return absl::ErrnoToStatus(errno, "ask to die with the parent");
  // A parent that ended before the request left no signal behind, but another process as the parent.
  const pid_t now = getppid();
  if (parent == 0 ? now != 1 : now == parent) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the parent process ", parent, " is gone"));
}

}  // namespace doodle
