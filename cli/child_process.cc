#include "cli/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace doodle {

namespace {

ProcessExit ExitOf(int status) {
  if (WIFSIGNALED(status)) return {.code = -1, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

// A descriptor above those that the child's own numbers take.
int Aside(int descriptor) { return descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 10); }

void Place(int descriptor, int number) {
  if (descriptor >= 0) dup2(descriptor, number);
}

// In the child, between fork and exec: only calls that are safe after a fork of a threaded process.
[[noreturn]] void Become(const ChildProcess::Options& options, char* const* arguments, pid_t parent, int failure) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  if (options.no_terminal_signals) setpgid(0, 0);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  const int output = Aside(options.output);
  const int error = Aside(options.error);
  const int third = Aside(options.third);
  Place(output, STDOUT_FILENO);
  Place(error, STDERR_FILENO);
  Place(third, 3);
  execv(options.program.c_str(), arguments);
  const int reason = errno;
  [[maybe_unused]] const ssize_t written = write(failure, &reason, sizeof(reason));
  _exit(127);
}

absl::Status ExecFailure(const std::string& program, int reason) {
  const std::string text = absl::StrCat("cannot run ", program, ": ", strerror(reason));
  if (reason == ENOENT) return absl::NotFoundError(text);
  if (reason == EACCES) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

}  // namespace

std::string ProcessExit::Text() const {
  return signal != 0 ? absl::StrCat("signal ", signal) : absl::StrCat("exit code ", code);
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Spawn(const Options& options) {
  std::vector<char*> arguments = {const_cast<char*>(options.program.c_str())};
  for (const std::string& argument : options.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  // Closed by a successful exec, so that reading it tells whether there was one. Kept clear of descriptor 3.
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) return ExecFailure(options.program, errno);
  const int writer = Aside(failure[1]);
  close(failure[1]);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) Become(options, arguments.data(), parent, writer);
  close(writer);
  int reason = pid < 0 ? errno : 0;
  if (pid > 0 && read(failure[0], &reason, sizeof(reason)) <= 0) reason = 0;
  close(failure[0]);
  if (pid < 0) return ExecFailure(options.program, reason);
  std::unique_ptr<ChildProcess> child(new ChildProcess(pid));
  if (reason == 0) return child;
  child->Wait();
  return ExecFailure(options.program, reason);
}

ChildProcess::~ChildProcess() {
  if (Poll().has_value()) return;
  Signal(SIGKILL);
  Wait();
}

void ChildProcess::Signal(int signal) {
  if (!exit_.has_value()) kill(pid_, signal);
}

std::optional<ProcessExit> ChildProcess::Poll() {
  int status = 0;
  if (!exit_.has_value() && waitpid(pid_, &status, WNOHANG) == pid_) exit_ = ExitOf(status);
  return exit_;
}

ProcessExit ChildProcess::Wait() {
  int status = 0;
  while (!exit_.has_value()) {
    if (waitpid(pid_, &status, 0) == pid_) {
      exit_ = ExitOf(status);
    } else if (errno != EINTR) {
      exit_ = ProcessExit{.code = -1, .signal = 0};
    }
  }
  return *exit_;
}

}  // namespace doodle
