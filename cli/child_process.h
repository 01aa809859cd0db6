// A child process that never outlives this one.
#ifndef DOODLE_CLI_CHILD_PROCESS_H_
#define DOODLE_CLI_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace doodle {

struct ProcessExit {
  int code = 0;    // -1 when a signal ended it.
  int signal = 0;  // 0: none.

  std::string Text() const;  // "exit code 3", "signal 9"
  bool ok() const { return code == 0; }
};

// Spawn on a thread that lives as long as the child should: the kernel kills the child with it. Thread-compatible.
class ChildProcess {
 public:
  // Descriptors are this process's and stay open here; -1 keeps what this process has.
  struct Options {
    std::string program;  // A path.
    std::vector<std::string> arguments;
    int output = -1;                   // Its standard output.
    int error = -1;                    // Its standard error.
    int third = -1;                    // Its descriptor 3.
    bool no_terminal_signals = false;  // A process group of its own: Ctrl-C reaches only its parent.
  };
  // NOT_FOUND or PERMISSION_DENIED for a program that cannot run; UNAVAILABLE when there is no process to have.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Spawn(const Options& options);

  // Kills it if it still runs, and waits for that.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  // How it ended; empty while it runs. Never waits.
  std::optional<ProcessExit> Poll();
  // Waits for its end without limit; for a child that was killed or has closed its output.
  ProcessExit Wait();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  const pid_t pid_;
  std::optional<ProcessExit> exit_;
};

}  // namespace doodle

#endif  // DOODLE_CLI_CHILD_PROCESS_H_
