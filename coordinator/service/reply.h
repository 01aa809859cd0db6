// How a unary handler answers: at once with Reply, later through a PendingReply.
#ifndef DOODLE_COORDINATOR_SERVICE_REPLY_H_
#define DOODLE_COORDINATOR_SERVICE_REPLY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/ids/names.h"
#include "common/rpc/status_conversion.h"

namespace doodle {

inline grpc::ServerUnaryReactor* Reply(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

// The answer that a handler owes once it has handed its work to an executor. Work that is dropped unrun, because the
// queue is full or closed, answers too: UNAVAILABLE, and the client tries again. Move only; thread-compatible.
class PendingReply {
 public:
  explicit PendingReply(grpc::ServerUnaryReactor* reactor) : reactor_(reactor) {}
  PendingReply(PendingReply&& other) noexcept : reactor_(std::exchange(other.reactor_, nullptr)) {}
  PendingReply& operator=(PendingReply&&) = delete;
  ~PendingReply() { Finish(absl::UnavailableError("the coordinator has too much to do or is stopping: try again")); }

  // The first call counts. The RPC, its request and response may be gone when it returns.
  void Finish(const absl::Status& status) {
    grpc::ServerUnaryReactor* reactor = std::exchange(reactor_, nullptr);
    if (reactor != nullptr) reactor->Finish(ToGrpcStatus(status));
  }

 private:
  grpc::ServerUnaryReactor* reactor_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_REPLY_H_
