// How a unary handler answers.
#ifndef DOODLE_COORDINATOR_SERVICE_REPLY_H_
#define DOODLE_COORDINATOR_SERVICE_REPLY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <string>

#include "absl/status/status.h"
#include "common/ids/names.h"
#include "common/rpc/status_conversion.h"

namespace doodle {

inline grpc::ServerUnaryReactor* Reply(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_REPLY_H_
