// The coordinator as one object: ledger, controller, gRPC and admin servers, and the threads around them.
//
//     DOODLE_ASSIGN_OR_RETURN(auto server, CoordinatorServer::Start({.data_directory = "/var/lib/doodle"}));
//     ... server->grpc_address() ...
//     server->Stop();
#ifndef DOODLE_COORDINATOR_SERVER_COORDINATOR_SERVER_H_
#define DOODLE_COORDINATOR_SERVER_COORDINATOR_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace doodle {

struct CoordinatorOptions {
  std::string data_directory;      // On a local disk. Made when it is not there.
  std::string jobs_uri;            // file:// URI or path; empty: <data_directory>/jobs.
  std::string host = "127.0.0.1";  // A name or address; IPv6 with or without brackets.
  uint16_t port = 7460;            // 0: any free one.
  uint16_t admin_port = 7461;      // 0: any free one.
  bool insecure = false;           // Allow a host that is not loopback; nothing is encrypted.
};

// Threads: gRPC's, "ticker" (deadlines), "log-poller" (new lines for those who follow), "control-work" (files of the
// controller), "request-work" (reads datasets for requests), HTTP's. Thread-safe.
class CoordinatorServer {
 public:
  // INVALID_ARGUMENT: no data directory, or a host that is not loopback without `insecure`. FAILED_PRECONDITION: the
  // data directory is in use, or the ledger is none of ours. UNAVAILABLE: a port is taken. Writes
  // <data_directory>/addresses.json once it serves.
  static absl::StatusOr<std::unique_ptr<CoordinatorServer>> Start(const CoordinatorOptions& options);

  virtual ~CoordinatorServer() = default;
  virtual std::string grpc_address() const = 0;   // host:port
  virtual std::string admin_address() const = 0;  // host:port
  virtual void Stop() = 0;                        // Within 5 s. Also the destructor. Repeatable.
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVER_COORDINATOR_SERVER_H_
