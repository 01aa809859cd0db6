// DaemonCore: the coordinator's side.
#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "worker/daemon/daemon_core.h"

namespace doodle {

google::protobuf::RepeatedPtrField<v1::RunningTrainer> DaemonCore::Running() const {
  google::protobuf::RepeatedPtrField<v1::RunningTrainer> running;
  for (const TrainerSlot& slot : slots_) {
    if (!slot.alive()) continue;
    v1::RunningTrainer& trainer = *running.Add();
    trainer.set_slot(NumberOf(slot));
    trainer.set_job(slot.assignment.job());
    trainer.set_generation(slot.assignment.generation());
    trainer.set_rank(slot.assignment.rank());
    if (slot.activity) *trainer.mutable_activity() = *slot.activity;
  }
  return running;
}

void DaemonCore::OnConnected() {
  registered_ = false;
  v1::ConnectRequest message;
  *message.mutable_register_() = options_.identity;
  *message.mutable_register_()->mutable_running() = Running();
  ports_.fleet.Send(message);
}

void DaemonCore::OnFleetMessage(const v1::ConnectResponse& message, absl::Duration now) {
  switch (message.message_case()) {
    case v1::ConnectResponse::kRegistered:
      return OnRegistered(message.registered(), now);
    case v1::ConnectResponse::kReregister:
      LogInfo("the coordinator does not know this worker: registering again");
      return OnConnected();
    case v1::ConnectResponse::kAssign:
      return OnAssign(message.assign(), now);
    case v1::ConnectResponse::kRelease:
      return OnRelease(message.release(), now);
    case v1::ConnectResponse::kAck:
      return OnAck(message.ack(), now);
    case v1::ConnectResponse::MESSAGE_NOT_SET:
      return;
  }
}

void DaemonCore::OnRegistered(const v1::Registered& message, absl::Duration now) {
  registered_ = true;
  if (message.heartbeat_interval_ms() > 0) heartbeat_interval_ = absl::Milliseconds(message.heartbeat_interval_ms());
  next_heartbeat_ = now + heartbeat_interval_;
  LogInfo("registered", {{"cluster", message.cluster_id()}, {"worker", options_.identity.worker_id()}});
  for (const BufferedReport& buffered : unacknowledged_.reports()) Relay(buffered.report);
  for (const v1::ConnectRequest& held : held_) ports_.fleet.Send(held);
  held_.clear();
}

void DaemonCore::OnAssign(const v1::AssignTrainer& message, absl::Duration now) {
  const v1::Assignment& assignment = message.assignment();
  if (stopping_ || message.slot() >= slots_.size()) {
    const char* reason = stopping_ ? "the worker is shutting down" : "the worker has no such slot";
    return SendExit(message.slot(), assignment, NeverStarted(), reason);
  }
  TrainerSlot& slot = slots_[message.slot()];
  if (!slot.alive()) return Start(slot, assignment, now);
  const bool same_job = slot.assignment.job() == assignment.job();
  if (same_job && assignment.generation() <= slot.assignment.generation()) {
    return LogInfo("stale assignment ignored", {{"job", assignment.job()}, {"generation", assignment.generation()}});
  }
  if (same_job && !slot.ending) return HandOver(slot, assignment);
  if (slot.next && slot.next->job() == assignment.job() && slot.next->generation() >= assignment.generation()) return;
  if (slot.next) SendExit(message.slot(), *slot.next, NeverStarted(), "superseded before its start");
  slot.next = assignment;
  if (!slot.ending) Kill(slot, absl::StrCat("its slot was given to job ", assignment.job()));
}

void DaemonCore::HandOver(TrainerSlot& slot, const v1::Assignment& assignment) {
  slot.assignment = assignment;
  unacknowledged_.Supersede(slot.process, assignment.generation());
  if (slot.connection == 0) return;  // It gets the newest when it attaches.
  v1::AttachResponse response;
  *response.mutable_assignment() = assignment;
  ports_.trainers.Send(slot.connection, response);
}

void DaemonCore::OnRelease(const v1::ReleaseTrainer& message, absl::Duration now) {
  if (message.slot() >= slots_.size()) return;
  TrainerSlot& slot = slots_[message.slot()];
  const auto meant = [&](const v1::Assignment& assignment) {
    return assignment.job() == message.job() && assignment.generation() <= message.generation();
  };
  if (slot.next && meant(*slot.next)) {
    SendExit(message.slot(), *slot.next, NeverStarted(), "released before its start");
    slot.next.reset();
  }
  if (!slot.alive() || !meant(slot.assignment)) return;
  const std::string reason = message.reason().empty() ? "released" : message.reason();
  if (message.grace_ms() == 0) return Kill(slot, reason);
  AskToLeave(slot, reason, now + absl::Milliseconds(message.grace_ms()));
}

void DaemonCore::OnAck(const v1::ReportAck& ack, absl::Duration now) {
  const std::optional<BufferedReport> answered = unacknowledged_.Take(ack);
  if (!answered) return;  // Sent twice, answered twice.
  TrainerSlot* slot = FindByProcess(answered->process);
  if (slot == nullptr) return;
  if (answered->report.has_finished() && !ack.refused()) {
    slot->ending = true;  // It exits by itself; a new assignment waits for that.
    slot->kill_at = now + options_.finished_limit;
  }
  if (slot->connection == 0) return;
  v1::AttachResponse response;
  *response.mutable_ack() = ack;
  ports_.trainers.Send(slot->connection, response);
}

}  // namespace doodle
