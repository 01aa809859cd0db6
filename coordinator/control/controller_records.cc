// How a job's changes are recorded: row, ledger, log and metrics.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "coordinator/control/controller.h"

namespace doodle {
namespace {

std::string LowerName(JobState state) { return absl::AsciiStrToLower(JobStateName(state)); }

// Where a job's wall time goes, by state. That of RUNNING is divided further, by what the trainers report.
std::string TimePhase(JobState state) {
  switch (state) {
    case JobState::kStarting:
      return "startup";
    case JobState::kRunning:
      return "productive";
    case JobState::kRescaling:
      return "recovery";
    default:
      return "idle";
  }
}

absl::Duration Wait(double seconds) { return seconds > 0 ? absl::Seconds(seconds) : absl::ZeroDuration(); }

std::optional<GangWaits> LongestWaits(const JobEntry& entry) {
  std::optional<GangWaits> longest;
  for (const auto& [rank, progress] : entry.progress) {
    if (!longest) longest.emplace();
    longest->data = std::max(longest->data, Wait(progress.data_wait_seconds()));
    longest->checkpoint = std::max(longest->checkpoint, Wait(progress.checkpoint_seconds()));
  }
  return longest;
}

}  // namespace

void Controller::EndJob(JobEntry& entry, JobState end, const std::string& reason) {
  AccountTime(entry);
  const absl::Status moved = end == JobState::kSucceeded ? entry.state.Succeed()
                             : end == JobState::kFailed  ? entry.state.Fail()
                                                         : entry.state.Cancel();
  if (!moved.ok()) {
    LogError("illegal end of a job", {{"job", entry.id()}, {"error", std::string(moved.message())}});
    return;
  }
  if (!entry.generations.empty()) EndGeneration(entry, reason.empty() ? "finished" : reason);
  entry.row.reason = reason;
  entry.row.end_us = ToMicros(ports_.clock.Now());
  entry.ended_at = ports_.clock.SteadyNow();
  ports_.metrics.Add(metric::kJobsCompleted, {{"result", LowerName(end)}});
  Defer(rendezvous_.Close(std::exchange(entry.open_prefix, "")));
  Save(entry, reason.empty() ? "ended" : reason);
}

void Controller::WriteJob(JobEntry& entry) {
  entry.row.state = static_cast<int>(entry.state.state());
  entry.row.step = entry.gang.committed_steps();
  entry.row.failures = entry.gang.budget().failures;
  entry.row.failure_step = entry.gang.budget().failure_step;
  entry.row.first_error = entry.gang.budget().first.message;
  entry.row.first_failure.clear();
  if (entry.row.failures > 0) entry.row.first_failure = ToProto(entry.gang.budget().first).SerializeAsString();
  entry.row.progress = entry.newest.SerializeAsString();
  Write(entry.row);
}

void Controller::Save(JobEntry& entry, const std::string& event) {
  AccountTime(entry);
  WriteJob(entry);
  Write(JobEventRow{entry.id(), ToMicros(ports_.clock.Now()),
                    absl::StrCat(JobStateName(entry.state.state()), ": ", event)});
  LogInfo("job", {{"job", entry.id()}, {"state", JobStateName(entry.state.state())}, {"event", event}});
  SetJobGauges();
  Changed(entry);
}

void Controller::AccountTime(JobEntry& entry) {
  const absl::Duration now = ports_.clock.SteadyNow();
  if (now - entry.ended_at >= options_.series_kept) {
    ports_.metrics.RemoveJob(entry.id());
    return;
  }
  // The state of the row is the one that the time was spent in.
  const JobState state = static_cast<JobState>(entry.row.state);
  const auto add = [&](const std::string& phase, absl::Duration time) {
    ports_.metrics.Add(metric::kJobTime, {{"job", entry.id()}, {"phase", phase}}, absl::ToDoubleSeconds(time));
  };
  if (state == JobState::kRunning) {
    const TimeShares shares = entry.running_time.Split(now - entry.phase_since, LongestWaits(entry));
    add(TimePhase(state), shares.productive);
    add("data_wait", shares.data_wait);
    add("checkpoint", shares.checkpoint);
  } else if (!IsEnded(state)) {
    add(TimePhase(state), now - entry.phase_since);
  }
  entry.phase_since = now;
}

void Controller::SetJobGauges() {
  std::map<std::string, int> jobs;
  for (const auto& [id, entry] : jobs_) ++jobs[LowerName(entry->state.state())];
  for (absl::string_view state : metric::kJobStates) {
    ports_.metrics.Set(metric::kJobs, {{"state", std::string(state)}}, jobs[std::string(state)]);
  }
  int lost = 0;
  for (const auto& [id, worker] : fleet_.workers()) lost += worker.lost ? 1 : 0;
  const int known = static_cast<int>(fleet_.workers().size());
  ports_.metrics.Set(metric::kWorkers, {{"state", "lost"}}, lost);
  ports_.metrics.Set(metric::kWorkers, {{"state", "live"}}, known - lost);
}

}  // namespace doodle
