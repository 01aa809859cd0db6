// DaemonCore: the trainers' side.
#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "worker/daemon/daemon_core.h"

namespace doodle {

TrainerSlot* DaemonCore::FindByConnection(ConnectionId connection) {
  for (TrainerSlot& slot : slots_) {
    if (slot.alive() && slot.connection == connection) return &slot;
  }
  return nullptr;
}

absl::Status DaemonCore::OnAttach(ConnectionId connection, const v1::Hello& hello, absl::Duration now) {
  TrainerSlot* slot = hello.slot() < slots_.size() ? &slots_[hello.slot()] : nullptr;
  if (slot == nullptr || !slot->alive() || slot->connection != 0 || slot->token != hello.token()) {
    LogWarning("a stranger on the trainers' socket", {{"slot", hello.slot()}, {"pid", hello.pid()}});
    return absl::PermissionDeniedError(absl::StrCat("slot ", hello.slot(), " expects no such trainer"));
  }
  slot->connection = connection;
  slot->last_heard = now;
  v1::AttachResponse response;
  *response.mutable_assignment() = slot->assignment;
  ports_.trainers.Send(connection, response);
  return absl::OkStatus();
}

void DaemonCore::OnDetach(ConnectionId connection, absl::Duration now) {
  TrainerSlot* slot = FindByConnection(connection);
  if (slot == nullptr) return;
  slot->connection = 0;
  slot->token.clear();  // It does not come back: another process would not have its state.
  slot->ending = true;
  if (!slot->kill_at) slot->kill_at = now + options_.exit_limit;
}

void DaemonCore::OnTrainerMessage(ConnectionId connection, const v1::AttachRequest& message, absl::Duration now) {
  TrainerSlot* slot = FindByConnection(connection);
  if (slot == nullptr) return;
  slot->last_heard = now;
  if (message.heartbeat().has_activity()) slot->activity = message.heartbeat().activity();
  if (message.has_report()) OnReport(*slot, message.report());
}

void DaemonCore::OnReport(TrainerSlot& slot, const v1::TrainerReport& report) {
  if (report.job() != slot.assignment.job()) {
    return LogWarning("report of another job dropped", {{"slot", NumberOf(slot)}, {"job", report.job()}});
  }
  if (report.has_metrics()) return ApplyMetrics(report.metrics());
  const bool stale = report.generation() < slot.assignment.generation();
  if (stale && EndsWithItsGeneration(report)) {
    if (!NeedsAck(report)) return;
    v1::AttachResponse response;
    v1::ReportAck& ack = *response.mutable_ack();
    ack.set_job(report.job());
    ack.set_generation(report.generation());
    ack.set_rank(report.rank());
    ack.set_sequence(report.sequence());
    ack.set_refused(true);
    return ports_.trainers.Send(slot.connection, response);
  }
  if (NeedsAck(report) && !unacknowledged_.Add(slot.process, report)) {
    LogError("too many reports wait for the coordinator: the oldest is dropped");
  }
  Relay(report);
}

void DaemonCore::Relay(const v1::TrainerReport& report) {
  v1::ConnectRequest message;
  *message.mutable_report() = report;
  if (report.has_failure()) return SendOrHold(message);
  // Without a coordinator, what needs an answer waits in the buffer, and progress is old by the time there is one.
  if (registered_) ports_.fleet.Send(message);
}

void DaemonCore::ApplyMetrics(const v1::MetricBatch& batch) {
  for (const v1::MetricSample& sample : batch.samples()) {
    const MetricLabels labels(sample.labels().begin(), sample.labels().end());
    const absl::Status status = ports_.metrics.Apply(sample.name(), labels, sample.value());
    if (!status.ok()) LogWarning("metric of a trainer refused", {{"why", status.message()}});
  }
}

}  // namespace doodle
