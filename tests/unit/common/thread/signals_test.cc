#include "common/thread/signals.h"

#include <sys/wait.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace doodle {
namespace {

// Some supervisors start their children with SIGCHLD ignored: the exit codes of ours were lost.
TEST(SignalsTest, ChildrenCanBeWaitedForAfterAParentIgnoredThem) {
  std::signal(SIGCHLD, SIG_IGN);
  RestoreChildSignal();
  const pid_t child = fork();
  if (child == 0) _exit(7);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(SignalsTest, StopSignalsWaitToBeTaken) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  const sigset_t blocked = BlockStopSignals();
  raise(SIGTERM);
  int taken = 0;
  EXPECT_EQ(sigwait(&blocked, &taken), 0);
  EXPECT_EQ(taken, SIGTERM);
  EXPECT_EQ(std::signal(SIGPIPE, SIG_DFL), SIG_IGN);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace doodle
