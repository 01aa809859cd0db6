#include "coordinator/service/fleet_service.h"

#include <utility>

#include "common/status/status.h"
#include "coordinator/service/reply.h"

namespace doodle {

grpc::ServerUnaryReactor* FleetService::SetKey(grpc::CallbackServerContext* context, const v1::SetKeyRequest* request,
                                               v1::SetKeyResponse*) {
  if (request->key().empty()) return Reply(context, InvalidField("key", "is required"));
  return Reply(context, controller_.rendezvous().Set(request->prefix(), request->key(), request->value()));
}

grpc::ServerUnaryReactor* FleetService::WaitKeys(grpc::CallbackServerContext* context,
                                                 const v1::WaitKeysRequest* request, v1::WaitKeysResponse* response) {
  if (request->keys().empty()) return Reply(context, InvalidField("keys", "is required"));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  controller_.rendezvous().Wait(request->prefix(), {request->keys().begin(), request->keys().end()},
                                absl::Milliseconds(request->timeout_ms()),
                                [reactor, response](absl::StatusOr<std::vector<std::string>> values) {
                                  if (values.ok()) {
                                    for (std::string& value : *values) response->add_values(std::move(value));
                                  }
                                  reactor->Finish(ToGrpcStatus(values.status()));
                                });
  return reactor;
}

}  // namespace doodle
