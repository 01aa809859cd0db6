#include "worker/daemon/trainer_service.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "absl/time/time.h"
#include "common/rpc/channel.h"

namespace doodle {
namespace {

constexpr absl::Duration SetLimit() { return absl::Seconds(10); }
constexpr absl::Duration MaxWait() { return absl::Minutes(10); }
constexpr absl::Duration Margin() { return absl::Seconds(2); }  // The coordinator's own deadline comes first.

// A trainer's call that waits for the coordinator's answer. Deletes itself.
template <typename Request, typename Response>
class RelayedCall final : public grpc::ServerUnaryReactor {
 public:
  Request request;
  Response response;
  grpc::ClientContext context;

  explicit RelayedCall(absl::Duration limit) { SetTimeout(context, limit); }

 private:
  void OnCancel() override { context.TryCancel(); }  // The trainer is gone, or the daemon stops.
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>* TrainerServiceHandler::Attach(
    grpc::CallbackServerContext*) {
  return connections_.Open();
}

grpc::ServerUnaryReactor* TrainerServiceHandler::SetKey(grpc::CallbackServerContext*,
                                                        const v1::TrainerServiceSetKeyRequest* request,
                                                        v1::TrainerServiceSetKeyResponse*) {
  auto* call = new RelayedCall<v1::SetKeyRequest, v1::SetKeyResponse>(SetLimit());
  call->request.set_prefix(request->prefix());
  call->request.set_key(request->key());
  call->request.set_value(request->value());
  fleet_.async()->SetKey(&call->context, &call->request, &call->response,
                         [call](grpc::Status status) { call->Finish(std::move(status)); });
  return call;
}

grpc::ServerUnaryReactor* TrainerServiceHandler::WaitKeys(grpc::CallbackServerContext*,
                                                          const v1::TrainerServiceWaitKeysRequest* request,
                                                          v1::TrainerServiceWaitKeysResponse* response) {
  const absl::Duration timeout = std::min(absl::Milliseconds(request->timeout_ms()), MaxWait());
  auto* call = new RelayedCall<v1::WaitKeysRequest, v1::WaitKeysResponse>(timeout + Margin());
  call->request.set_prefix(request->prefix());
  *call->request.mutable_keys() = request->keys();
  call->request.set_timeout_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(timeout)));
  fleet_.async()->WaitKeys(&call->context, &call->request, &call->response, [call, response](grpc::Status status) {
    *response->mutable_values() = std::move(*call->response.mutable_values());
    call->Finish(std::move(status));
  });
  return call;
}

}  // namespace doodle
