// The daemon's one thread: it spawns and watches trainers and runs the core on every event.
#ifndef DOODLE_WORKER_DAEMON_SUPERVISOR_H_
#define DOODLE_WORKER_DAEMON_SUPERVISOR_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "doodle/v1/fleet_service.grpc.pb.h"
#include "worker/daemon/daemon_core.h"
#include "worker/daemon/event_inbox.h"
#include "worker/daemon/fleet_client.h"
#include "worker/daemon/trainer_connections.h"
#include "worker/daemon/trainer_processes.h"

namespace doodle {

// Run on one thread, whose end kills the trainers; the On... functions from any.
class Supervisor {
 public:
  struct Options {
    DaemonCore::Options core;
    TrainerProcesses::Options processes;
    int stop_descriptor = -1;                          // Readable: shut down. -1: only Stop.
    absl::Duration refused_limit = absl::Seconds(30);  // How long another live incarnation of this worker is tolerated.
    absl::Duration close_limit = absl::Seconds(1);     // For the last messages to the coordinator.
  };
  // All must outlive it.
  struct Deps {
    v1::FleetService::Stub& fleet;
    MetricsPort& metrics;
    Clock& clock;
  };
  Supervisor(Options options, Deps deps);

  // Until Stop or a refusal that trying again cannot change (FAILED_PRECONDITION: protocol version; ALREADY_EXISTS for
  // longer than refused_limit). No trainer is left when it returns.
  absl::Status Run();
  void Stop();

  TrainerConnections& connections() { return connections_; }
  bool ready() const { return ready_; }                           // Registered with the coordinator.
  bool IsAlive(absl::Duration silence = absl::Seconds(5)) const;  // The loop came round not long ago.

 private:
  TrainerConnections::Handlers ConnectionHandlers();
  FleetClient::Handlers FleetHandlers();
  void OnTrainerMessage(ConnectionId connection, const v1::AttachRequest& message);
  void OnFleetMessage(const v1::ConnectResponse& message);
  void OnDisconnected(const absl::Status& status);
  void BeginStop();

  void WaitForEvents(absl::Duration until);
  void HandleEvents();
  void HandleTime();
  bool Finished();
  absl::Duration NextTime() const;

  const Options options_;
  Clock& clock_;
  EventInbox inbox_;
  TrainerConnections connections_;
  TrainerProcesses processes_;
  FleetClient fleet_;
  DaemonCore core_;
  absl::Status fatal_;
  bool stopping_ = false;
  std::optional<absl::Duration> close_deadline_;
  std::optional<absl::Duration> refused_since_;
  absl::Duration next_tick_ = absl::ZeroDuration();
  bool unreachable_logged_ = false;
  std::atomic<bool> ready_ = false;
  std::atomic<int64_t> last_round_ms_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_SUPERVISOR_H_
