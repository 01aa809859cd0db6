// What the daemon's core acts through. Real ones are gRPC streams and processes; tests have fakes.
#ifndef DOODLE_WORKER_DAEMON_DAEMON_PORTS_H_
#define DOODLE_WORKER_DAEMON_DAEMON_PORTS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "doodle/v1/fleet_service.pb.h"
#include "doodle/v1/trainer_service.pb.h"

namespace doodle {

// A process that this daemon started, by a number that is never used twice (a pid may be).
using ProcessId = uint64_t;

// A trainer's stream. Never used twice.
using ConnectionId = uint64_t;

// The stream to the coordinator. Single-threaded: the supervisor.
class FleetPort {
 public:
  virtual ~FleetPort() = default;
  virtual void Send(const v1::ConnectRequest& message) = 0;  // Never waits; dropped while there is no stream.
};

// The streams of the trainers. Single-threaded: the supervisor.
class TrainerPort {
 public:
  virtual ~TrainerPort() = default;
  virtual void Send(ConnectionId connection, const v1::AttachResponse& message) = 0;  // Never waits.
};

struct ProcessExit {
  int exit_code = 0;  // -1 when a signal ended it, or nobody knows how it ended.
  int signal = 0;
  std::string log_tail;
};

// Of an assignment that no process was started for; 127 is what a shell says of a command that it cannot run.
inline ProcessExit NeverStarted() { return {127, 0, ""}; }

// Single-threaded: the supervisor.
class ProcessPort {
 public:
  virtual ~ProcessPort() = default;
  // Starts the trainer of `slot`, with its output going to the log of the assignment's generation and rank.
  virtual absl::StatusOr<ProcessId> Start(uint32_t slot, const std::string& token,
                                          const v1::Assignment& assignment) = 0;
  virtual void Kill(ProcessId process) = 0;  // SIGKILL. Its exit is told as any other.
  // Stopped by a signal: state T in /proc.
  virtual bool IsStopped(ProcessId process) = 0;
};

// Thread-safe.
class MetricsPort {
 public:
  virtual ~MetricsPort() = default;
  virtual absl::Status Apply(const std::string& name, const MetricLabels& labels, double value) = 0;
  virtual void RemoveJob(const std::string& job) = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_DAEMON_PORTS_H_
