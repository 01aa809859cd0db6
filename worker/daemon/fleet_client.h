// The daemon's stream to the coordinator: one at a time, opened again after a back-off.
#ifndef DOODLE_WORKER_DAEMON_FLEET_CLIENT_H_
#define DOODLE_WORKER_DAEMON_FLEET_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/time/backoff.h"
#include "doodle/v1/fleet_service.grpc.pb.h"
#include "worker/daemon/daemon_ports.h"
#include "worker/daemon/event_inbox.h"

namespace doodle {

class FleetStream;

// Single-threaded: the supervisor. `inbox` must outlive it; it may be destroyed only without a stream.
class FleetClient final : public FleetPort {
 public:
  // Called by the supervisor, out of the inbox.
  struct Handlers {
    std::function<void(const v1::ConnectResponse&)> on_message;
    std::function<void(const absl::Status&)> on_disconnected;  // Also when the coordinator was never reached.
  };
  // `random`: varies the back-off from worker to worker.
  FleetClient(v1::FleetService::Stub& stub, EventInbox& inbox, Handlers handlers, uint64_t random);
  ~FleetClient() override;

  // REQUIRES: no stream.
  void Connect();
  void Send(const v1::ConnectRequest& message) override;
  // What was sent goes out, then the stream ends as soon as the coordinator agrees.
  void Close();
  void Cancel();
  bool has_stream() const { return stream_ != nullptr; }

  // When to connect again; empty while there is a stream. The back-off begins anew after OnRegistered.
  std::optional<absl::Duration> next_attempt() const { return next_attempt_; }
  void ScheduleAttempt(absl::Duration now);
  void OnRegistered() { attempt_ = 0; }

 private:
  void OnMessage(const std::shared_ptr<FleetStream>& stream, const v1::ConnectResponse& message);
  void OnDone(const std::shared_ptr<FleetStream>& stream, const absl::Status& status);

  v1::FleetService::Stub& stub_;
  EventInbox& inbox_;
  const Handlers handlers_;
  uint64_t random_;
  int attempt_ = 0;
  std::optional<absl::Duration> next_attempt_ = absl::ZeroDuration();
  std::shared_ptr<FleetStream> stream_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_FLEET_CLIENT_H_
