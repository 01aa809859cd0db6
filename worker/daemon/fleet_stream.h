// One gRPC stream to the coordinator. It reads its next message only when told to, so that a slow supervisor holds the
// coordinator back and not the memory.
#ifndef DOODLE_WORKER_DAEMON_FLEET_STREAM_H_
#define DOODLE_WORKER_DAEMON_FLEET_STREAM_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "doodle/v1/fleet_service.grpc.pb.h"
#include "worker/daemon/message_writer.h"

namespace doodle {

// Keeps itself alive until gRPC is done with it. Thread-safe.
class FleetStream final : public grpc::ClientBidiReactor<v1::ConnectRequest, v1::ConnectResponse> {
 public:
  // Both are called from a gRPC thread; `on_done` once, last.
  using OnMessage = std::function<void(std::shared_ptr<FleetStream>, v1::ConnectResponse)>;
  using OnEnd = std::function<void(std::shared_ptr<FleetStream>, absl::Status)>;

  // The first read is under way when it returns.
  static std::shared_ptr<FleetStream> Start(v1::FleetService::Stub& stub, OnMessage on_message, OnEnd on_end);

  void Send(const v1::ConnectRequest& message) { writer_.Send(message); }
  void ReadNext() { StartRead(&response_); }  // After on_message only: then and only then no read is under way.
  void Close() { writer_.Close(/*drain=*/true); }
  void Cancel();

 private:
  FleetStream(OnMessage on_message, OnEnd on_end);
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override { writer_.OnWriteDone(ok); }
  void OnDone(const grpc::Status& status) override;

  const OnMessage on_message_;
  const OnEnd on_end_;
  grpc::ClientContext context_;
  v1::ConnectResponse response_;  // Of the read under way.
  MessageWriter<v1::ConnectRequest> writer_;
  std::shared_ptr<FleetStream> self_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_FLEET_STREAM_H_
