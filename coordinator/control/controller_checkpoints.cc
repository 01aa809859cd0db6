// Checkpoints: verified and on the line before they count; `latest` and `best`; retention.
#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/checkpoint/retention_policy.h"
#include "common/history/history.h"
#include "common/io/checksum.h"
#include "common/log/log.h"
#include "common/spec/gang_proto.h"
#include "common/status/status.h"
#include "coordinator/control/controller.h"

namespace doodle {
namespace {

uint64_t BytesOf(const CheckpointManifest& manifest) {
  uint64_t bytes = 0;
  for (const CheckpointFile& file : manifest.files) bytes += file.bytes;
  return bytes;
}

// Whether what was read is what the trainer says it wrote: files that verify may be another job's or another step's.
// DATA_LOSS names the difference. Size and digest are compared where the report has them.
absl::Status CheckReported(const CheckpointManifest& manifest, const CheckpointRow& row,
                           const v1::CheckpointWritten& written) {
  if (manifest.job != row.job) return absl::DataLossError(absl::StrCat("its manifest is of job ", manifest.job));
  if (manifest.tag != row.tag) {
    return absl::DataLossError(absl::StrCat("its manifest is of ", CheckpointName(manifest.tag)));
  }
  if (written.bytes() != 0 && BytesOf(manifest) != written.bytes()) {
    return absl::DataLossError(absl::StrCat(BytesOf(manifest), " bytes, reported were ", written.bytes()));
  }
  const std::string digest = Sha256Hex(SerializeCheckpointManifest(manifest));
  if (!written.manifest_sha256().empty() && digest != written.manifest_sha256()) {
    return absl::DataLossError(absl::StrCat("manifest ", digest, ", reported was ", written.manifest_sha256()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Controller::CheckpointDirectory(const JobEntry& entry, const std::string& name) const {
  return absl::StrCat(entry.definition.job_directory(), "/checkpoints/", name);
}

void Controller::OnCheckpoint(JobEntry& entry, const ReportSource& source, const v1::CheckpointWritten& written) {
  CheckpointRow row;
  row.job = entry.id();
  row.name = written.name();
  row.tag = FromProto(written.tag());
  row.create_us = ToMicros(ports_.clock.Now());
  if (row.name != CheckpointName(row.tag) || !OnTheLine(entry.gang.history(), row.tag)) {
    Acknowledge(source, true);
    return;
  }
  if (entry.FindCheckpoint(row.name) != nullptr) {
    Acknowledge(source, false);
    return;
  }
  // Of this very report: another trainer's or a later one of the same checkpoint wants its own answer.
  const std::string name = absl::StrCat("read ", row.job, "/", row.name, " for ", source.worker, "/",
                                        source.incarnation, "/", source.rank, "/", source.sequence);
  RunSurely(name, [this, row, source, written, directory = CheckpointDirectory(entry, row.name)]() mutable {
    const auto manifest = VerifyCheckpoint(ports_.files, directory);
    if (manifest.ok()) row.bytes = BytesOf(*manifest);
    CheckpointVerified(row, manifest.ok() ? CheckReported(*manifest, row, written) : manifest.status(), &source);
  });
}

// `source`: whom to acknowledge; null for a checkpoint that nobody reported.
void Controller::CheckpointVerified(const CheckpointRow& row, const absl::Status& verified,
                                    const ReportSource* source) {
  {
    absl::MutexLock lock(&mu_);
    const auto found = jobs_.find(row.job);
    const bool accepted = found != jobs_.end() && verified.ok() && AddCheckpoint(*found->second, row);
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
    RemoveLater(CheckpointDirectory(entry, name));
  }
}

absl::StatusOr<std::vector<v1::CheckpointRecord>> Controller::ListCheckpoints(const std::string& job) {
  const absl::Cleanup settle = [this] { Settle(); };
  std::vector<v1::CheckpointRecord> records;
  {
    absl::MutexLock lock(&mu_);
    DOODLE_ASSIGN_OR_RETURN(JobEntry * entry, Find(job));
    for (const CheckpointRow& row : entry->checkpoints) records.push_back(ToProto(*entry, row));
  }
  return records;
}

absl::StatusOr<v1::CheckpointServiceGetResponse> Controller::GetCheckpoint(const std::string& job,
                                                                           const std::string& name) {
  const absl::Cleanup settle = [this] { Settle(); };
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
  if (response.directory().empty()) {
    return absl::NotFoundError(absl::StrCat("job ", job, " has no checkpoint ", name));
  }
  return response;
}

}  // namespace doodle
