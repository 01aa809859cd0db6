// Generations: which slots a job gets, what its trainers are told, and what a verdict of the gang leads to.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/spec/gang_proto.h"
#include "coordinator/control/controller.h"
#include "coordinator/queue/admission_policy.h"

namespace doodle {
namespace {

// The metric's label for a generation's cause.
std::string CauseLabel(const std::string& cause) {
  if (cause == "start") return "start";
  return cause == "coordinator_restart" ? "restart" : "failure";
}

}  // namespace

void Controller::Schedule() {
  RefillWaitingGangs();
  std::vector<PendingJob> pending;
  for (const auto& [id, entry] : jobs_) {
    if (entry->state.state() != JobState::kQueued) continue;
    const GangLimits limits = LimitsOf(entry->definition);
    pending.push_back({id, entry->row.priority, entry->row.order, limits.min_ranks, limits.max_ranks});
  }
  if (pending.empty()) return;
  std::map<std::string, WorkerSlots> workers;
  for (const auto& [id, worker] : fleet_.workers()) {
    if (!fleet_.IsLive(id)) continue;
    workers[id] = {.worker = id, .total = worker.info.slots};
    for (const std::optional<SlotUse>& use : worker.slots) workers[id].releasing += use && use->releasing ? 1 : 0;
  }
  for (const SlotId& slot : FreeSlots()) workers[slot.worker].free.push_back(slot.slot);
  std::vector<WorkerSlots> fleet;
  fleet.reserve(workers.size());
  for (auto& [id, worker] : workers) fleet.push_back(std::move(worker));
  AdmissionDecision decision = DecideAdmission(std::move(pending), std::move(fleet));
  for (Placement& placement : decision.placements) {
    JobEntry& entry = *jobs_.at(placement.job);
    Apply(entry, entry.gang.Admit(std::move(placement.slots), ports_.clock.SteadyNow()));
  }
  for (auto& [id, reason] : decision.reasons) {
    JobEntry& entry = *jobs_.at(id);
    if (entry.row.reason == reason) continue;
    entry.row.reason = reason;  // Not written: it is found again after a restart.
    Changed(entry);
  }
}

void Controller::RefillWaitingGangs() {
  for (auto& [id, entry] : jobs_) {
    const uint32_t missing = entry->gang.Missing();
    if (missing == 0) continue;
    std::vector<SlotId> free = FreeSlots();
    if (free.size() < missing) continue;
    free.resize(missing);
    Apply(*entry, entry->gang.Join(std::move(free), ports_.clock.SteadyNow()));
  }
}

std::vector<SlotId> Controller::FreeSlots() {
  std::vector<SlotId> free;
  for (const auto& [id, worker] : fleet_.workers()) {
    if (!fleet_.IsLive(id)) continue;
    for (uint32_t slot = 0; slot < worker.slots.size(); ++slot) {
      if (!worker.slots[slot].has_value()) free.push_back({id, slot});
    }
  }
  return free;
}

void Controller::Apply(JobEntry& entry, const GangVerdict& verdict) {
  entry.gang.StampFailure(ToMicros(ports_.clock.Now()));
  using Kind = GangVerdict::Kind;
  switch (verdict.kind) {
    case Kind::kNone:
      return;
    case Kind::kReform:
      entry.failed_at = ports_.clock.SteadyNow();
      Defer(rendezvous_.Close(std::exchange(entry.open_prefix, "")));
      EndGeneration(entry, verdict.reason);
      entry.row.reason = verdict.reason;
      if (entry.state.state() != JobState::kRescaling) entry.state.Reform().IgnoreError();
      Save(entry, verdict.reason);
      return;
    case Kind::kNewGeneration:
      BeginGeneration(entry);
      return;
    case Kind::kWait:
      entry.row.reason = absl::StrCat("waits for ", entry.gang.Missing(), " more rank(s): ", verdict.reason);
      Save(entry, entry.row.reason);
      schedule_needed_ = true;
      return;
    case Kind::kRequeue:
      ReleaseSlots(entry, verdict.released, options_.pause_grace, "too few ranks");
      entry.state.Requeue().IgnoreError();
      entry.row.reason = verdict.reason;
      Save(entry, verdict.reason);
      break;
    case Kind::kFail:
      EndJob(entry, JobState::kFailed, verdict.reason);
      ReleaseSlots(entry, verdict.released, absl::ZeroDuration(), "the job failed");
      break;
    case Kind::kSucceed:
      EndJob(entry, JobState::kSucceeded, "");
      // The daemons see to it that trainers whose Finished is acknowledged end.
      for (const SlotId& slot : verdict.released) AwaitExit(slot);
      break;
  }
  schedule_needed_ = true;
}

void Controller::BeginGeneration(JobEntry& entry) {
  const uint64_t generation = entry.gang.generation();
  AccountTime(entry);
  if (entry.state.state() == JobState::kQueued) entry.state.Admit().IgnoreError();
  RecordGeneration(entry);
  entry.progress.clear();
  entry.heard.clear();
  entry.assigned_at = ports_.clock.SteadyNow();
  const std::string& cause = entry.gang.cause();
  ports_.metrics.Add(metric::kGenerations, {{"reason", CauseLabel(cause)}});
  if (entry.failed_at > -absl::InfiniteDuration()) {
    ports_.metrics.Observe(metric::kRecoveryDuration, {{"phase", "detect"}},
                           absl::ToDoubleSeconds(entry.assigned_at - entry.failed_at));
  }
  Defer(rendezvous_.Close(std::exchange(entry.open_prefix, RendezvousPrefix(entry.id(), generation))));
  rendezvous_.Open(entry.open_prefix);
  const size_t ranks = entry.gang.members().size();
  if (cause == "start") entry.row.reason = "";
  Save(entry, absl::StrCat("generation ", generation, " begins with ", ranks, " rank(s): ", cause));
  // Nobody has the state in memory: the newest checkpoint may be one whose report died with its writer.
  entry.adopting = !entry.gang.has_survivors() && entry.gang.history().size() > 1;
  if (entry.adopting) return AdoptLater(entry.id());
  AssignAll(entry);
}

void Controller::AssignAll(JobEntry& entry) {
  for (uint32_t rank = 0; rank < entry.gang.members().size(); ++rank) Assign(entry, rank);
}

void Controller::RecordGeneration(JobEntry& entry) {
  GenerationRow row;
  row.job = entry.id();
  row.generation = entry.gang.generation();
  row.reason = entry.gang.cause();
  row.create_us = ToMicros(ports_.clock.Now());
  if (entry.row.start_us == 0) {
    entry.row.start_us = row.create_us;
    ports_.metrics.Observe(metric::kJobQueueWait, {},
                           static_cast<double>(entry.row.start_us - entry.row.create_us) * 1e-6);
  }
  Write(row);
  entry.generations.push_back(std::move(row));
  std::vector<MemberRow>& members = entry.members[entry.gang.generation()];
  for (const SlotId& slot : entry.gang.members()) {
    members.push_back({.job = entry.id(),
                       .generation = entry.gang.generation(),
                       .rank = static_cast<uint32_t>(members.size()),
                       .worker = slot.worker,
                       .slot = slot.slot});
    Write(members.back());
  }
}

void Controller::EndGeneration(JobEntry& entry, const std::string& reason) {
  GenerationRow& row = entry.generations.back();
  if (row.end_us != 0) return;
  row.end_us = ToMicros(ports_.clock.Now());
  row.end_reason = reason;
  Write(row);
}

void Controller::Assign(JobEntry& entry, uint32_t rank) {
  const GangStateMachine& gang = entry.gang;
  const SlotId& slot = gang.members()[rank];
  fleet_.Assign(slot, entry.id(), gang.generation(), rank, ports_.clock.SteadyNow());
  v1::ConnectResponse message;
  message.mutable_assign()->set_slot(slot.slot);
  v1::Assignment* assignment = message.mutable_assign()->mutable_assignment();
  assignment->set_job(entry.id());
  assignment->set_generation(gang.generation());
  assignment->set_rank(rank);
  assignment->set_world_size(static_cast<uint32_t>(gang.members().size()));
  for (size_t i = 0; i < gang.members().size(); ++i) assignment->add_weights(1.0);
  *assignment->mutable_history() = ToProto(gang.history());
  *assignment->mutable_spec() = entry.definition.spec();
  *assignment->mutable_stages() = entry.definition.stages();
  assignment->set_rendezvous_prefix(entry.open_prefix);
  // Named even when there are survivors: should none of them have valid state, the gang goes on from here.
  if (const auto restore = ChooseRestore(gang.history(), entry.RestoreCandidates())) {
    *assignment->mutable_restore() = RestoreSourceProto(restore->name, restore->tag);
  }
  assignment->set_job_directory(entry.definition.job_directory());
  assignment->set_dataset_directory(entry.row.dataset_directory);
  Send(slot.worker, std::move(message));
}

void Controller::ReleaseSlots(const JobEntry& entry, const std::vector<SlotId>& slots, absl::Duration grace,
                              const std::string& reason) {
  for (const SlotId& slot : slots) ReleaseTrainer(slot, entry.id(), entry.gang.generation(), grace, reason);
}

void Controller::AwaitExit(const SlotId& slot) {
  if (fleet_.IsLive(slot.worker)) {
    fleet_.MarkReleasing(slot, ports_.clock.SteadyNow());
  } else {
    fleet_.Free(slot);  // What still runs there is released when the worker registers.
  }
}

void Controller::ReleaseTrainer(const SlotId& slot, const std::string& job, uint64_t generation, absl::Duration grace,
                                const std::string& reason) {
  AwaitExit(slot);
  v1::ConnectResponse message;
  v1::ReleaseTrainer* release = message.mutable_release();
  release->set_slot(slot.slot);
  release->set_job(job);
  release->set_generation(generation);
  release->set_grace_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(grace)));
  release->set_reason(reason);
  Send(slot.worker, std::move(message));
}

}  // namespace doodle
