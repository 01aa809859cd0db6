// From the ledger to a running coordinator.
//
//   1. Load            jobs with their state machines; members of running generations hold their slots; workers count
//                      as live until 2 s have passed
//   2. Register        a worker names the trainers that run: those of a formed generation go on (controller_fleet.cc)
//   3. Tick            workers that did not come back are lost; a generation that did not form is followed by the next
//   4. AdoptUnregistered...  checkpoints that were written but not reported are verified and registered; so they are
//                      before a generation without survivors is told what to restore
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/history/history.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "coordinator/control/controller.h"

namespace doodle {
namespace {

// Of a row that an earlier version wrote there is only the message.
GangFailure FirstFailure(const JobRow& row) {
  v1::FailureRecord record;
  record.ParseFromString(row.first_failure);
  if (record.message().empty()) record.set_message(row.first_error);
  return FromProto(record);
}

GangRecord RecordOf(const JobEntry& entry) {
  GangRecord record;
  record.history = {{0, 0}};
  for (const GenerationRow& row : entry.generations) {
    if (row.formed) record.history.push_back({row.generation, row.start_step});
  }
  record.committed_steps = entry.row.step;
  record.budget = {entry.row.failures, entry.row.failure_step, FirstFailure(entry.row)};
  if (entry.generations.empty()) return record;
  const GenerationRow& newest = entry.generations.back();
  record.generation = newest.generation;
  record.formed = newest.formed && newest.end_us == 0;
  const auto members = entry.members.find(newest.generation);
  if (members == entry.members.end()) return record;
  for (const MemberRow& member : members->second) {
    record.members.push_back({member.worker, member.slot});
    if (member.finished) record.finished.insert(member.rank);
  }
  return record;
}

}  // namespace

absl::Status Controller::Load() {
  DOODLE_ASSIGN_OR_RETURN(LedgerImage image, ports_.ledger.Load(), "ledger");
  std::vector<std::string> ids;
  {
    absl::MutexLock lock(&mu_);
    cluster_id_ = image.cluster_id;
    first_version_ = image.starts << 32;
    const absl::Duration now = ports_.clock.SteadyNow();
    for (const WorkerRow& row : image.workers) {
      fleet_.Restore({row.id, row.incarnation, row.slots, row.hostname, row.metrics_address, row.gpus, row.version},
                     now, absl::FromUnixMicros(row.register_us));
    }
    for (const DatasetRow& row : image.datasets) {
      if (!datasets_[row.name].ParseFromString(row.definition)) {
        return absl::DataLossError(absl::StrCat("ledger: dataset ", row.name, " does not parse"));
      }
    }
    for (JobRow& row : image.jobs) {
      v1::Job definition;
      if (!definition.ParseFromString(row.definition)) {
        return absl::DataLossError(absl::StrCat("ledger: job ", row.id, " does not parse"));
      }
      if (row.state < 1 || row.state > kJobStates) {
        return absl::DataLossError(absl::StrCat("ledger: job ", row.id, " has no such state: ", row.state));
      }
      if (!v1::Progress().ParseFromString(row.progress)) {
        return absl::DataLossError(absl::StrCat("ledger: job ", row.id, ": its progress does not parse"));
      }
      if (!v1::FailureRecord().ParseFromString(row.first_failure)) {
        return absl::DataLossError(absl::StrCat("ledger: job ", row.id, ": its first failure does not parse"));
      }
      const std::string id = row.id;
      next_order_ = std::max(next_order_, row.order + 1);
      auto entry = std::make_unique<JobEntry>(std::move(row), std::move(definition), options_.gang_times);
      RestoreJob(*entry, image);
      jobs_[id] = std::move(entry);
      ids.push_back(id);
    }
    for (const RequestRow& row : image.requests) {
      if (jobs_.contains(row.job)) requests_[row.request_id] = row.job;
    }
    for (const DeletionRow& row : image.deletions) deletions_[row.request_id] = row;
    for (const RemovalRow& row : image.removals) {
      removals_[row.directory] = now;
      RemoveLater(row.directory);
    }
    for (const std::string& id : ids) AdoptLater(id);
    SetJobGauges();
    LogInfo("ledger loaded", {{"jobs", jobs_.size()}, {"workers", image.workers.size()}, {"starts", image.starts}});
  }
  Settle();
  return absl::OkStatus();
}

void Controller::RestoreJob(JobEntry& entry, const LedgerImage& image) {
  const auto mine = [&](const auto& row) { return row.job == entry.id(); };
  std::copy_if(image.generations.begin(), image.generations.end(), std::back_inserter(entry.generations), mine);
  std::copy_if(image.checkpoints.begin(), image.checkpoints.end(), std::back_inserter(entry.checkpoints), mine);
  std::copy_if(image.evaluations.begin(), image.evaluations.end(), std::back_inserter(entry.evaluations), mine);
  for (const MemberRow& member : image.members) {
    if (mine(member)) entry.members[member.generation].push_back(member);
  }
  const absl::Duration now = ports_.clock.SteadyNow();
  entry.version = first_version_;
  entry.phase_since = now;
  entry.made_a_step = entry.row.step > 0;
  entry.newest.ParseFromString(entry.row.progress);
  if (IsEnded(entry.state.state())) entry.ended_at = now;
  entry.gang.Restore(RecordOf(entry), HoldsSlots(entry.state.state()), now);
  const std::vector<SlotId>& slots = entry.gang.members();
  for (uint32_t rank = 0; rank < slots.size(); ++rank) {
    fleet_.Assign(slots[rank], entry.id(), entry.gang.generation(), rank, now);
  }
  if (entry.gang.phase() == GangPhase::kRunning) {
    entry.open_prefix = RendezvousPrefix(entry.id(), entry.gang.generation());
    rendezvous_.Open(entry.open_prefix);
  } else if (entry.gang.phase() == GangPhase::kSettling) {
    entry.failed_at = now;
    if (!entry.generations.empty()) EndGeneration(entry, "the coordinator restarted");
    if (entry.state.state() == JobState::kRunning) entry.state.Reform().IgnoreError();
  }
}

void Controller::AdoptLater(const std::string& job) {
  RunSurely(absl::StrCat("adopt ", job), [this, job] {
    AdoptUnregisteredCheckpoints(job);
    AssignAdopted(job);
  });
}

// The generation that waited for its restore source.
void Controller::AssignAdopted(const std::string& job) {
  {
    absl::MutexLock lock(&mu_);
    const auto found = jobs_.find(job);
    if (found == jobs_.end() || pending_.AskedAgain(absl::StrCat("adopt ", job))) return;
    JobEntry& entry = *found->second;
    if (!std::exchange(entry.adopting, false) || entry.gang.phase() != GangPhase::kForming) return;
    AssignAll(entry);
  }
  Settle();
}

// Slow: reads the files of what it finds. On the executor.
void Controller::AdoptUnregisteredCheckpoints(const std::string& job) {
  std::vector<std::pair<CheckpointRow, std::string>> found;
  std::string directory;
  {
    absl::MutexLock lock(&mu_);
    const auto entry = jobs_.find(job);
    if (entry == jobs_.end()) return;
    directory = CheckpointDirectory(*entry->second, "");
  }
  const auto names = ports_.files.List(directory);
  if (!names.ok()) return;  // No checkpoint was ever written.
  {
    absl::MutexLock lock(&mu_);
    const auto entry = jobs_.find(job);
    if (entry == jobs_.end()) return;
    for (const std::string& name : *names) {
      const auto tag = ParseCheckpointName(name);
      if (!tag.ok() || entry->second->FindCheckpoint(name) != nullptr) continue;
      if (!OnTheLine(entry->second->gang.history(), *tag)) continue;
      found.push_back({{.job = job, .name = name, .tag = *tag, .create_us = ToMicros(ports_.clock.Now())},
                       absl::StrCat(directory, name)});
    }
  }
  for (auto& [row, path] : found) {
    const auto manifest = VerifyCheckpoint(ports_.files, path);
    // The directory's name alone is no identity: what is inside may have been copied or renamed by hand.
    if (manifest.ok() && (manifest->job != job || manifest->tag != row.tag)) {
      LogWarning("checkpoint is not what its name says", {{"job", job}, {"checkpoint", row.name}});
      continue;
    }
    if (manifest.ok()) {
      for (const CheckpointFile& file : manifest->files) row.bytes += file.bytes;
    }
    CheckpointVerified(row, manifest.status(), nullptr);
  }
}

}  // namespace doodle
