// Trainer processes: started, watched through their pidfds, killed, reaped.
#ifndef DOODLE_WORKER_DAEMON_TRAINER_PROCESSES_H_
#define DOODLE_WORKER_DAEMON_TRAINER_PROCESSES_H_

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "worker/daemon/daemon_ports.h"
#include "worker/daemon/trainer_environment.h"

namespace doodle {

// Single-threaded: the supervisor, which must live as long as its trainers: a trainer is killed by the kernel when the
// thread that spawned it ends.
class TrainerProcesses final : public ProcessPort {
 public:
  struct Options {
    std::string program;             // Path of doodle-trainer.
    std::string socket;              // Path of the daemon's Unix socket.
    TrainerEnvironment environment;  // Its token is set for each start.
  };
  explicit TrainerProcesses(Options options);
  ~TrainerProcesses() override;  // Kills and reaps what is left.

  // `<program> train --socket S --slot K`, in a process group of its own, standard output and error appended to
  // `<job_directory>/logs/g<generation>-r<rank>.log`.
  absl::StatusOr<ProcessId> Start(uint32_t slot, const std::string& token, const v1::Assignment& assignment) override;
  void Kill(ProcessId process) override;
  bool IsStopped(ProcessId process) override;

  // Readable once the process has exited; for poll(2).
  std::vector<int> ExitDescriptors() const;
  // Those that have exited since the last call.
  std::vector<std::pair<ProcessId, ProcessExit>> TakeExits();

 private:
  struct Running {
    pid_t pid = 0;
    int pidfd = -1;
    std::string log;
    int64_t log_start = 0;  // Bytes that were there before.
  };

  const Options options_;
  ProcessId last_ = 0;
  std::map<ProcessId, Running> running_;
};

// "<job_directory>/logs/g000002-r0.log"
std::string TrainerLogPath(const v1::Assignment& assignment);

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_TRAINER_PROCESSES_H_
