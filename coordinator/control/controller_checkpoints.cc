// Checkpoints: verified and on the line before they count; `latest` and `best`; retention.
#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/checkpoint/retention_policy.h"
#include "common/history/history.h"
#include "common/log/log.h"
#include "common/spec/gang_proto.h"
#include "common/status/status.h"
#include "coordinator/control/controller.h"

namespace doodle {

std::string Controller::CheckpointDirectory(const JobEntry& entry, const std::string& name) const {
  return absl::StrCat(entry.definition.job_directory(), "/checkpoints/", name);
}

void Controller::OnCheckpoint(JobEntry& entry, const ReportSource& source, const v1::CheckpointWritten& written) {
  CheckpointRow row;
  row.job = entry.id();
  row.name = written.name();
  row.tag = FromProto(written.tag());
  row.bytes = written.bytes();
  row.create_us = ToMicros(ports_.clock.Now());
  if (row.name != CheckpointName(row.tag) || !OnTheLine(entry.gang.history(), row.tag)) {
    Acknowledge(source, true);
    return;
  }
  if (entry.FindCheckpoint(row.name) != nullptr) {
    Acknowledge(source, false);
    return;
  }
  // A report that comes again while the files are read is answered by the first reading, sent to whoever is there.
  entry.verifying.insert(row.name);
  RunLater([this, row, source, directory = CheckpointDirectory(entry, row.name)] {
    const auto manifest = VerifyCheckpoint(ports_.files, directory);
    CheckpointVerified(row, manifest.status(), &source);
  });
}

// `source`: whom to acknowledge; null for a checkpoint that nobody reported.
void Controller::CheckpointVerified(const CheckpointRow& row, const absl::Status& verified,
                                    const ReportSource* source) {
  {
    absl::MutexLock lock(&mu_);
    const auto found = jobs_.find(row.job);
    bool accepted = false;
    if (found != jobs_.end()) {
      found->second->verifying.erase(row.name);
      accepted = verified.ok() && AddCheckpoint(*found->second, row);
    }
    if (!verified.ok()) {
      LogWarning("checkpoint does not verify",
                 {{"job", row.job}, {"checkpoint", row.name}, {"error", std::string(verified.message())}});
    }
    if (source != nullptr) Acknowledge(*source, !accepted);
  }
  Settle();
}

// False: the history went another way meanwhile.
bool Controller::AddCheckpoint(JobEntry& entry, CheckpointRow row) {
  if (!OnTheLine(entry.gang.history(), row.tag)) return false;
  if (entry.FindCheckpoint(row.name) != nullptr) return true;
  const auto key = [](const CheckpointRow& one) { return std::tuple(one.tag.next_step, one.tag.generation); };
  const auto place = std::upper_bound(entry.checkpoints.begin(), entry.checkpoints.end(), row,
                                      [&](const CheckpointRow& a, const CheckpointRow& b) { return key(a) < key(b); });
  LogInfo("checkpoint registered", {{"job", row.job}, {"checkpoint", row.name}});
  Write(row);
  entry.checkpoints.insert(place, std::move(row));
  UpdateMarks(entry);
  ApplyRetention(entry);
  WriteJob(entry);  // Steps and progress, for a restart.
  Changed(entry);
  return true;
}

void Controller::UpdateMarks(JobEntry& entry) {
  const auto latest = ChooseRestore(entry.gang.history(), entry.RestoreCandidates());
  const CheckpointRow* best = nullptr;
  for (const CheckpointRow& row : entry.checkpoints) {
    const std::optional<double> score = entry.ScoreAt(row.tag.next_step);
    if (!score || !row.usable || !OnTheLine(entry.gang.history(), row.tag)) continue;
    // At equal scores the later one.
    if (best == nullptr || *score >= *entry.ScoreAt(best->tag.next_step)) best = &row;
  }
  const std::string best_name = best == nullptr ? "" : best->name;
  for (CheckpointRow& row : entry.checkpoints) {
    const bool is_latest = latest && latest->name == row.name;
    const bool is_best = row.name == best_name;
    if (row.latest == is_latest && row.best == is_best) continue;
    row.latest = is_latest;
    row.best = is_best;
    Write(row);
  }
}

void Controller::ApplyRetention(JobEntry& entry) {
  // A forming gang may be reading the checkpoint that it was told to restore.
  if (entry.gang.phase() == GangPhase::kForming) return;
  std::vector<RetentionCandidate> candidates;
  for (const CheckpointRow& row : entry.checkpoints) {
    candidates.push_back({.name = row.name,
                          .tag = row.tag,
                          .verified = row.usable,
                          .on_line = OnTheLine(entry.gang.history(), row.tag),
                          .score = entry.ScoreAt(row.tag.next_step)});
  }
  const v1::CheckpointSpec& rule = entry.definition.spec().checkpoint();
  const std::vector<std::string> names = CheckpointsToDelete(
      candidates, {.keep_last = static_cast<int>(rule.keep_last()), .keep_best = static_cast<int>(rule.keep_best())});
  for (const std::string& name : names) {
    Write(CheckpointDelete{entry.id(), name});
    std::erase_if(entry.checkpoints, [&](const CheckpointRow& row) { return row.name == name; });
    RunLater([this, directory = CheckpointDirectory(entry, name)] {
      const absl::Status removed = ports_.files.RemoveAll(directory);
      if (!removed.ok()) LogWarning("checkpoint stays", {{"error", std::string(removed.message())}});
    });
  }
}

absl::StatusOr<std::vector<v1::CheckpointRecord>> Controller::ListCheckpoints(const std::string& job) {
  std::vector<v1::CheckpointRecord> records;
  {
    absl::MutexLock lock(&mu_);
    DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(job));
    for (const CheckpointRow& row : entry->checkpoints) records.push_back(ToProto(*entry, row));
  }
  Settle();
  return records;
}

absl::StatusOr<v1::CheckpointServiceGetResponse> Controller::GetCheckpoint(const std::string& job,
                                                                           const std::string& name) {
  v1::CheckpointServiceGetResponse response;
  {
    absl::MutexLock lock(&mu_);
    DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(job));
    for (const CheckpointRow& row : entry->checkpoints) {
      if (row.name != name && !(name == "latest" && row.latest) && !(name == "best" && row.best)) continue;
      *response.mutable_checkpoint() = ToProto(*entry, row);
      response.set_directory(CheckpointDirectory(*entry, row.name));
    }
  }
  Settle();
  if (response.directory().empty()) {
    return absl::NotFoundError(absl::StrCat("job ", job, " has no checkpoint ", name));
  }
  return response;
}

}  // namespace doodle
