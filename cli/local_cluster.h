// A coordinator and workers as child processes of this one, on loopback: what `doodle up` runs.
//
//     data dir/
//       coordinator/  worker-0/ ...   each daemon's own
//       jobs/                         checkpoints and logs of jobs
//       logs/coordinator.log ...      what the daemons write
//       addresses.json                where everything listens, while it is up
#ifndef DOODLE_CLI_LOCAL_CLUSTER_H_
#define DOODLE_CLI_LOCAL_CLUSTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/child_process.h"
#include "cli/environment.h"
#include "cli/file_descriptor.h"
#include "cli/interrupt.h"
#include "common/rpc/addresses_file.h"

namespace doodle {

struct ClusterOptions {
  std::string data_dir;  // Absolute.
  int workers = 1;
  int slots = 1;    // Of each worker.
  int port = 7460;  // 0: any, here and below.
  int admin_port = 7461;
  int worker_admin_port = 7471;             // Of the first worker; the next ones follow.
  absl::Duration grace = absl::Seconds(4);  // From SIGTERM to SIGKILL: for the workers, then for the coordinator.
};

struct ClusterAddresses {
  std::string coordinator;           // host:port
  std::string admin;                 // host:port of the coordinator's HTTP.
  std::vector<std::string> workers;  // host:port of each worker's HTTP.
};

// Stopped by its destructor. Single-threaded: the thread that started it, since the children end with that thread.
class LocalCluster {
 public:
  // Returns when every daemon has said where it listens. FAILED_PRECONDITION when the data dir is in use;
  // UNAVAILABLE when a port is taken; ABORTED, with the end of its log, when a daemon ends; Interrupted on Ctrl-C.
  // In each case nothing is left running. `interrupt` and `environment` must outlive the cluster.
  static absl::StatusOr<std::unique_ptr<LocalCluster>> Start(Environment& environment, const ClusterOptions& options,
                                                             const Interrupt& interrupt);
  ~LocalCluster();

  const ClusterAddresses& addresses() const { return addresses_; }

  // Waits for Ctrl-C (OK) or for the end of a daemon (ABORTED, with the end of its log).
  absl::Status Run();

  // SIGTERM to the workers, then to the coordinator, each followed by SIGKILL after the grace.
  void Stop();

 private:
  struct Member {
    std::string name;      // worker-0
    std::string log;       // A path.
    std::string data_dir;  // The daemon's own.
    std::unique_ptr<ChildProcess> process;
  };

  LocalCluster(Environment& environment, ClusterOptions options, const Interrupt& interrupt);
  absl::Status LockDataDir();
  absl::Status StartCoordinator();
  absl::Status StartWorker(int index);
  absl::Status Launch(const std::string& program, const std::string& name, std::vector<std::string> arguments);
  // What the member says about where it listens, once it has said so.
  absl::StatusOr<Addresses> AwaitAddresses(const Member& member);
  absl::Status CheckMembers();

  Environment& environment_;
  const ClusterOptions options_;
  const Interrupt& interrupt_;
  FileDescriptor lock_;
  ClusterAddresses addresses_;
  std::vector<Member> members_;  // The coordinator first.
};

}  // namespace doodle

#endif  // DOODLE_CLI_LOCAL_CLUSTER_H_
