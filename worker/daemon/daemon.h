// A worker daemon, wired together: its identity, its socket for trainers, its admin port and its supervisor.
#ifndef DOODLE_WORKER_DAEMON_DAEMON_H_
#define DOODLE_WORKER_DAEMON_DAEMON_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"

namespace doodle {

struct DaemonOptions {
  std::string data_directory;  // Its own, on a local disk; absolute or not.
  std::string coordinator;     // host:port
  uint32_t slots = 1;
  std::string host = "127.0.0.1";    // Of the admin port.
  uint16_t admin_port = 7471;        // 0: any free one.
  std::string advertise;             // Host by which others reach the admin port; empty: `host`.
  std::string trainer;               // Path of doodle-trainer; empty: beside this program.
  uint64_t cache_limit_mib = 10240;  // Of s3:// datasets, for all trainers, below data_directory/cache; 0: none.
  bool insecure = false;             // Allow addresses that are not loopback.
  int stop_descriptor = -1;          // Readable: shut down.
};

// Files in the data directory: lock, worker_id, trainers.sock, addresses.json (admin, pid, worker_id).
class Daemon {
 public:
  // INVALID_ARGUMENT for options, an address that is not loopback among them; FAILED_PRECONDITION for a data directory
  // in use; NOT_FOUND without the trainer's program; UNAVAILABLE when a port is taken.
  static absl::StatusOr<std::unique_ptr<Daemon>> Create(DaemonOptions options, Clock& clock);
  virtual ~Daemon() = default;

  // On one thread, until told to stop; see Supervisor::Run.
  virtual absl::Status Run() = 0;
  virtual void Stop() = 0;  // From any thread.
  virtual std::string admin_address() const = 0;
  virtual std::string worker_id() const = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_DAEMON_H_
