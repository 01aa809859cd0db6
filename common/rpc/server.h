// A gRPC server on host:port or a Unix socket, with the standard health service and reflection.
//
//     DOODLE_ASSIGN_OR_RETURN(auto server, RpcServer::Start({.address = "127.0.0.1:0"}, {&jobs, &workers}));
//     LogInfo("serving", {{"address", server->address()}});
#ifndef DOODLE_COMMON_RPC_SERVER_H_
#define DOODLE_COMMON_RPC_SERVER_H_

#include <grpcpp/impl/codegen/service_type.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace doodle {

// OK for unix:PATH, localhost, 127.0.0.0/8 and [::1], and for any host:port when `insecure`. INVALID_ARGUMENT when
// `address` is not host:port, and, naming --insecure, for any other host: traffic is not encrypted.
absl::Status RequireLoopback(absl::string_view address, bool insecure);

// True for the addresses that RequireLoopback always accepts.
bool IsLoopback(absl::string_view address);

// Called when an RPC's status is known: its full method ("doodle.v1.JobService/Create"), its code ("OK", "NOT_FOUND")
// and its duration. From any thread.
using RpcObserver = std::function<void(absl::string_view method, absl::string_view code, absl::Duration duration)>;

// Full method names of a service of the generated protos: RpcMethods("doodle.v1.JobService").
std::vector<std::string> RpcMethods(const std::string& service);

// Thread-safe.
class RpcServer {
 public:
  struct Options {
    std::string address = "127.0.0.1:0";  // host:port (0: any free one) or unix:PATH.
    bool insecure = false;                // Allow an address that is not loopback.
    RpcObserver observer = nullptr;
    Clock* clock = &RealClock();  // Times the observer's durations.
  };
  // `services` must outlive the server. UNAVAILABLE when the address is taken; else as RequireLoopback;
  // INVALID_ARGUMENT for a socket path of 108 bytes or more.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const Options& options,
                                                          const std::vector<grpc::Service*>& services);

  virtual ~RpcServer() = default;
  virtual uint16_t port() const = 0;          // 0 for a Unix socket.
  virtual std::string address() const = 0;    // As one dials it: host:port with the port taken, or unix:PATH.
  virtual void SetServing(bool serving) = 0;  // What the health service answers; true from the start.
  // New calls are refused, running ones get `grace` to end and are then cancelled. Waits for them. Repeatable.
  virtual void Shutdown(absl::Duration grace) = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RPC_SERVER_H_
