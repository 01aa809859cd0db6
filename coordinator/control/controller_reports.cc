// What trainers report. Each report is refused by number when its generation is stale; evaluations and checkpoints are
// judged by the history instead, because a state on the line is one of the job's whoever wrote it.
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/history/history.h"
#include "common/log/log.h"
#include "common/spec/gang_proto.h"
#include "coordinator/control/controller.h"

namespace doodle {
namespace {

// What breaks in a collective may be any peer's doing; whatever else a rank reports is its own.
Blame BlameOf(const v1::Failure& failure) {
  switch (static_cast<absl::StatusCode>(failure.code())) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
      return Blame::kSymptom;
    default:
      return Blame::kTrainer;
  }
}

constexpr absl::Duration kMetricLineEvery = absl::Seconds(1);  // Thins metrics.jsonl.

}  // namespace

void Controller::Report(const std::string& worker, const std::string& incarnation, const v1::TrainerReport& report) {
  const ReportSource source{worker, incarnation, report.job(), report.generation(), report.rank(), report.sequence()};
  {
    absl::MutexLock lock(&mu_);
    const auto found = jobs_.find(report.job());
    if (found == jobs_.end()) {
      Acknowledge(source, true);
    } else {
      Dispatch(*found->second, source, report);
    }
  }
  SettleIfPending();
}

void Controller::Dispatch(JobEntry& entry, const ReportSource& source, const v1::TrainerReport& report) {
  switch (report.report_case()) {
    case v1::TrainerReport::kFormed:
      return OnFormed(entry, source, report.formed());
    case v1::TrainerReport::kProgress:
      return OnProgress(entry, source, report.progress());
    case v1::TrainerReport::kEvaluation:
      return OnEvaluation(entry, source, report.evaluation());
    case v1::TrainerReport::kCheckpoint:
      return OnCheckpoint(entry, source, report.checkpoint());
    case v1::TrainerReport::kFinished:
      return OnFinished(entry, source, report.finished());
    case v1::TrainerReport::kRestoreRefused:
      return OnRestoreRefused(entry, source, report.restore_refused());
    case v1::TrainerReport::kFailure: {
      const std::string error = absl::StrCat("rank ", source.rank, ": ", report.failure().message());
      LogWarning("trainer failed", {{"job", entry.id()}, {"generation", source.generation}, {"error", error}});
      return Apply(entry, entry.gang.TrainerFailed(source.generation, source.rank, error, report.failure().permanent(),
                                                   ports_.clock.SteadyNow(), BlameOf(report.failure())));
    }
    case v1::TrainerReport::kMetrics:  // The daemon's to serve.
    case v1::TrainerReport::REPORT_NOT_SET:
      return;
  }
}

void Controller::OnFormed(JobEntry& entry, const ReportSource& source, const v1::Formed& formed) {
  const bool repeated = entry.gang.phase() == GangPhase::kRunning;
  const absl::Duration now = ports_.clock.SteadyNow();
  if (!entry.gang.IsCurrent(source.generation, source.rank) || formed.leader_rank() >= entry.gang.members().size() ||
      !entry.gang.Formed(source.generation, formed.start_step(), now)) {
    LogWarning("formed refused",
               {{"job", entry.id()}, {"generation", source.generation}, {"start_step", formed.start_step()}});
    Acknowledge(source, true);
    return;
  }
  if (!repeated) {
    GenerationRow& row = entry.generations.back();
    row.formed = true;
    row.form_us = ToMicros(ports_.clock.Now());
    row.start_step = formed.start_step();
    row.leader_rank = formed.leader_rank();
    row.restored_from = formed.restored_from();
    Write(row);
    AccountTime(entry);
    entry.state.Form().IgnoreError();
    entry.row.reason = "";
    entry.formed_at = now;
    entry.running_time.Formed();
    if (entry.failed_at > -absl::InfiniteDuration()) {
      ports_.metrics.Observe(metric::kRecoveryDuration, {{"phase", "form"}},
                             absl::ToDoubleSeconds(now - entry.assigned_at));
    }
    ports_.metrics.Set(metric::kJobStep, {{"job", entry.id()}}, static_cast<double>(formed.start_step()));
    Save(entry, absl::StrCat("generation ", source.generation, " formed at step ", formed.start_step(), " from ",
                             formed.restored_from()));
  }
  Acknowledge(source, false);
}

void Controller::OnProgress(JobEntry& entry, const ReportSource& source, const v1::Progress& progress) {
  if (!entry.gang.IsCurrent(source.generation, source.rank)) return;
  if (!std::isfinite(progress.epoch()) || progress.epoch() < 0) {
    LogWarning("progress refused", {{"job", entry.id()}, {"rank", source.rank}, {"epoch", progress.epoch()}});
    return;
  }
  const uint64_t before = entry.gang.committed_steps();
  entry.gang.Progress(source.generation, progress.next_step());
  entry.progress[source.rank] = progress;
  const bool advanced = entry.gang.committed_steps() > before;
  if (!advanced && source.rank != 0) return;
  entry.newest = progress;
  ObserveProgress(entry, progress, advanced);
  const absl::Duration now = ports_.clock.SteadyNow();
  if (now - entry.logged_at >= kMetricLineEvery || entry.gang.committed_steps() == entry.total_steps()) {
    entry.logged_at = now;
    double rate = 0;
    for (const auto& [rank, of_rank] : entry.progress) rate += of_rank.samples_per_second();
    AppendMetrics(entry, nlohmann::json{{"kind", "progress"},
                                        {"generation", source.generation},
                                        {"step", progress.next_step()},
                                        {"stage", progress.stage()},
                                        {"epoch", progress.epoch()},
                                        {"loss", progress.loss()},
                                        {"learning_rate", progress.learning_rate()},
                                        {"samples_per_second", rate}}
                             .dump());
  }
  Changed(entry);
}

void Controller::ObserveProgress(JobEntry& entry, const v1::Progress& progress, bool advanced) {
  const MetricLabels job = {{"job", entry.id()}};
  ports_.metrics.Set(metric::kJobStep, job, static_cast<double>(entry.gang.committed_steps()));
  ports_.metrics.Set(metric::kJobEpochProgress, job, progress.epoch() - std::floor(progress.epoch()));
  if (!advanced) return;
  const absl::Time wall = ports_.clock.Now();
  ports_.metrics.Set(metric::kJobLastProgress, job, static_cast<double>(absl::ToUnixMillis(wall)) * 1e-3);
  if (!std::exchange(entry.made_a_step, true)) {
    ports_.metrics.Observe(metric::kJobSubmitToFirstStep, {},
                           static_cast<double>(ToMicros(wall) - entry.row.create_us) * 1e-6);
  }
  if (entry.failed_at > -absl::InfiniteDuration()) {
    ports_.metrics.Observe(metric::kRecoveryDuration, {{"phase", "first_step"}},
                           absl::ToDoubleSeconds(ports_.clock.SteadyNow() - entry.formed_at));
    entry.failed_at = -absl::InfiniteDuration();
  }
}

void Controller::OnEvaluation(JobEntry& entry, const ReportSource& source, const v1::Evaluation& evaluation) {
  const auto members = entry.members.find(source.generation);
  if (members == entry.members.end() || source.rank >= members->second.size() ||
      !OnTheLine(entry.gang.history(), {source.generation, evaluation.step()})) {
    Acknowledge(source, true);
    return;
  }
  const EvaluationRow row{entry.id(),           evaluation.step(), evaluation.split(),
                          evaluation.weights(), evaluation.loss(), evaluation.top1(),
                          evaluation.top3(),    evaluation.map3(), evaluation.drawings()};
  const auto key = [](const EvaluationRow& one) { return std::tie(one.step, one.split, one.weights); };
  const auto place = std::lower_bound(entry.evaluations.begin(), entry.evaluations.end(), row,
                                      [&](const EvaluationRow& a, const EvaluationRow& b) { return key(a) < key(b); });
  if (place != entry.evaluations.end() && key(*place) == key(row)) {
    *place = row;
  } else {
    entry.evaluations.insert(place, row);
  }
  Write(row);
  UpdateMarks(entry);
  AppendMetrics(entry, nlohmann::json{{"kind", "evaluation"},
                                      {"step", row.step},
                                      {"split", row.split},
                                      {"weights", row.weights},
                                      {"loss", row.loss},
                                      {"top1", row.top1},
                                      {"top3", row.top3},
                                      {"map3", row.map3},
                                      {"drawings", row.drawings}}
                           .dump());
  Acknowledge(source, false);
  Changed(entry);
}

void Controller::OnFinished(JobEntry& entry, const ReportSource& source, const v1::Finished& finished) {
  const auto members = entry.members.find(source.generation);
  if (members == entry.members.end() || source.rank >= members->second.size()) {
    Acknowledge(source, true);
    return;
  }
  MemberRow& member = members->second[source.rank];
  // The same report again, after its acknowledgement was lost.
  if (member.finished && source.generation == entry.gang.generation()) {
    Acknowledge(source, false);
    return;
  }
  if (!entry.gang.IsCurrent(source.generation, source.rank) || entry.gang.phase() != GangPhase::kRunning) {
    Acknowledge(source, true);
    return;
  }
  if (finished.next_step() != entry.total_steps()) {
    Acknowledge(source, true);
    Apply(entry, entry.gang.TrainerFailed(source.generation, source.rank,
                                          absl::StrCat("rank ", source.rank, " finished at step ", finished.next_step(),
                                                       " of ", entry.total_steps()),
                                          true, ports_.clock.SteadyNow()));
    return;
  }
  member.finished = true;
  member.next_step = finished.next_step();
  member.samples = finished.samples();
  member.parameters_digest = finished.digest().parameters();
  member.optimizer_digest = finished.digest().optimizer();
  Write(member);
  Acknowledge(source, false);
  Apply(entry, entry.gang.Finished(source.generation, source.rank, ports_.clock.SteadyNow()));
  Changed(entry);
}

void Controller::OnRestoreRefused(JobEntry& entry, const ReportSource& source, const v1::RestoreRefused& refused) {
  if (!entry.gang.IsCurrent(source.generation, source.rank) || entry.gang.phase() != GangPhase::kForming) {
    Acknowledge(source, true);
    return;
  }
  LogWarning("checkpoint refused",
             {{"job", entry.id()}, {"checkpoint", refused.checkpoint()}, {"reason", refused.reason()}});
  if (CheckpointRow* row = entry.FindCheckpoint(refused.checkpoint())) {
    row->usable = false;
    Write(*row);
    UpdateMarks(entry);
  }
  v1::ReportAck ack;
  if (const auto next = ChooseRestore(entry.gang.history(), entry.RestoreCandidates())) {
    *ack.mutable_restore() = RestoreSourceProto(next->name, next->tag);
  }
  SendAck(source, std::move(ack));
  Changed(entry);
}

void Controller::Acknowledge(const ReportSource& source, bool refused) {
  v1::ReportAck ack;
  ack.set_refused(refused);
  SendAck(source, std::move(ack));
}

void Controller::SendAck(const ReportSource& source, v1::ReportAck ack) {
  ack.set_job(source.job);
  ack.set_generation(source.generation);
  ack.set_rank(source.rank);
  ack.set_sequence(source.sequence);
  Defer([this, worker = source.worker, incarnation = source.incarnation, ack = std::move(ack)]() mutable {
    v1::ConnectResponse message;
    *message.mutable_ack() = std::move(ack);
    ports_.outbox.Send(worker, incarnation, std::move(message));
  });
}

}  // namespace doodle
