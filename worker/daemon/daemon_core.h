// What a worker daemon decides: which trainer runs in which slot, what is relayed to whom, who is killed. It knows no
// thread, socket or process; time is an argument.
//
// The exchange with the coordinator (proto/doodle/v1/fleet_service.proto), by the function that runs each step:
//   1 OnConnected     Register, with the trainers that are alive, so that a running gang is adopted
//   2 OnFleetMessage  Registered: send again what was not acknowledged, then exits and failures held back
//   3 OnTick          heartbeats; AssignTrainer and ReleaseTrainer come at any time
//   4 OnDisconnected  trainers go on; back to 1 after a back-off
#ifndef DOODLE_WORKER_DAEMON_DAEMON_CORE_H_
#define DOODLE_WORKER_DAEMON_DAEMON_CORE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "worker/daemon/daemon_ports.h"
#include "worker/daemon/report_buffer.h"
#include "worker/daemon/trainer_slot.h"

namespace doodle {

// Single-threaded: the supervisor. `now` is steady time and never falls. The ports must outlive it.
class DaemonCore {
 public:
  struct Options {
    v1::Register identity;  // All but the running trainers; its slots say how many there are.
    absl::Duration look_every = absl::Milliseconds(250);  // How often OnTick is meant to be called.
    absl::Duration link_silence = absl::Seconds(3);
    absl::Duration attach_limit = absl::Seconds(60);  // From the start of a process to its Hello.
    absl::Duration exit_limit = absl::Seconds(10);    // From the end of a trainer's link to its exit.
    absl::Duration finished_limit = absl::Seconds(30);
    absl::Duration shutdown_grace = absl::Seconds(5);
    absl::Duration keep_job_metrics = absl::Minutes(10);
    std::function<std::string()> new_token;
  };
  struct Ports {
    FleetPort& fleet;
    TrainerPort& trainers;
    ProcessPort& processes;
    MetricsPort& metrics;
  };

  DaemonCore(Options options, Ports ports);

  // The coordinator's stream: daemon_core_fleet.cc.
  void OnConnected();
  void OnFleetMessage(const v1::ConnectResponse& message, absl::Duration now);
  void OnDisconnected() { registered_ = false; }
  bool registered() const { return registered_; }

  // Trainers' streams: daemon_core_reports.cc. PERMISSION_DENIED for a token that no waiting trainer was started with.
  absl::Status OnAttach(ConnectionId connection, const v1::Hello& hello, absl::Duration now);
  void OnTrainerMessage(ConnectionId connection, const v1::AttachRequest& message, absl::Duration now);
  void OnDetach(ConnectionId connection, absl::Duration now);

  // Processes and time: daemon_core.cc.
  void OnExit(ProcessId process, const ProcessExit& exit, absl::Duration now);
  void OnTick(absl::Duration now);
  // Every trainer is asked to leave and killed after the grace; nothing is started any more.
  void Shutdown(absl::Duration now);
  bool idle() const;  // No trainer is left.

 private:
  TrainerSlot* FindByConnection(ConnectionId connection);
  TrainerSlot* FindByProcess(ProcessId process);
  uint32_t NumberOf(const TrainerSlot& slot) const { return static_cast<uint32_t>(&slot - slots_.data()); }
  google::protobuf::RepeatedPtrField<v1::RunningTrainer> Running() const;

  void OnRegistered(const v1::Registered& message, absl::Duration now);
  void OnAssign(const v1::AssignTrainer& message, absl::Duration now);
  void OnRelease(const v1::ReleaseTrainer& message, absl::Duration now);
  void OnAck(const v1::ReportAck& ack, absl::Duration now);
  void OnReport(TrainerSlot& slot, const v1::TrainerReport& report);
  void ApplyMetrics(const v1::MetricBatch& batch);
  void Relay(const v1::TrainerReport& report);

  void Start(TrainerSlot& slot, const v1::Assignment& assignment, absl::Duration now);
  void HandOver(TrainerSlot& slot, const v1::Assignment& assignment);
  void AskToLeave(TrainerSlot& slot, absl::string_view reason, absl::Duration kill_at);
  void Kill(TrainerSlot& slot, absl::string_view reason);
  void Look(TrainerSlot& slot, absl::Duration now);
  void ForgiveLateness(absl::Duration now);
  void SendExit(uint32_t slot, const v1::Assignment& assignment, const ProcessExit& exit, const std::string& reason);
  void SendOrHold(const v1::ConnectRequest& message);
  void ExpireJobMetrics(absl::Duration now);

  const Options options_;
  const Ports ports_;
  std::vector<TrainerSlot> slots_;
  ReportBuffer unacknowledged_;
  std::deque<v1::ConnectRequest> held_;  // Exits and failures of a time without a coordinator; bounded.
  bool registered_ = false;
  bool stopping_ = false;
  absl::Duration heartbeat_interval_ = absl::Milliseconds(500);
  absl::Duration next_heartbeat_ = absl::ZeroDuration();
  std::optional<absl::Duration> last_tick_;
  std::map<std::string, absl::Duration> ended_jobs_;  // Their metrics vanish at this time.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_DAEMON_CORE_H_
