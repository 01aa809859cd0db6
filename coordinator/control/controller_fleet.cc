// What worker daemons say, and what becomes of a worker that says nothing.
#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "coordinator/control/controller.h"

namespace doodle {
namespace {

// How long a trainer may be missing from heartbeats before its exit counts as reported.
constexpr absl::Duration kVanishedAfter = absl::Seconds(2);

WorkerInfo InfoOf(const v1::Register& message) {
  return {.id = message.worker_id(),
          .incarnation = message.incarnation(),
          .slots = message.slots(),
          .hostname = message.hostname(),
          .metrics_address = message.metrics_address(),
          .gpus = message.gpus(),
          .version = message.version()};
}

std::string LastLine(absl::string_view text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  return lines.empty() ? "" : lines.back();
}

v1::Worker ToProto(const WorkerEntry& entry) {
  v1::Worker worker;
  worker.set_id(entry.info.id);
  worker.set_state(entry.lost ? v1::WORKER_STATE_LOST : v1::WORKER_STATE_LIVE);
  worker.set_incarnation(entry.info.incarnation);
  worker.set_hostname(entry.info.hostname);
  worker.set_metrics_address(entry.info.metrics_address);
  worker.set_gpus(entry.info.gpus);
  worker.set_version(entry.info.version);
  SetTimestamp(ToMicros(entry.register_time), worker.mutable_register_time());
  SetTimestamp(ToMicros(entry.heartbeat_time), worker.mutable_last_heartbeat_time());
  for (uint32_t number = 0; number < entry.slots.size(); ++number) {
    v1::SlotStatus* slot = worker.add_slots();
    slot->set_slot(number);
    if (!entry.slots[number]) continue;
    slot->set_job(entry.slots[number]->job);
    slot->set_generation(entry.slots[number]->generation);
    slot->set_rank(entry.slots[number]->rank);
  }
  return worker;
}

}  // namespace

absl::Status Controller::Register(const v1::Register& message) {
  if (message.protocol_version() != kProtocolVersion) {
    return absl::FailedPreconditionError(absl::StrCat("worker ", message.worker_id(), " speaks protocol version ",
                                                      message.protocol_version(), ", this coordinator ",
                                                      kProtocolVersion));
  }
  {
    absl::MutexLock lock(&mu_);
    const absl::Time wall = ports_.clock.Now();
    DOODLE_ASSIGN_OR_RETURN(const WorkerTable::Registration registration,
                            fleet_.Register(InfoOf(message), ports_.clock.SteadyNow(), wall));
    Write(WorkerRow{message.worker_id(), message.incarnation(), message.slots(), message.hostname(),
                    message.metrics_address(), message.gpus(), message.version(), ToMicros(wall)});
    LogInfo("worker registered", {{"worker", message.worker_id()},
                                  {"slots", message.slots()},
                                  {"running", message.running_size()},
                                  {"new_incarnation", registration.new_incarnation ? "yes" : "no"}});
    v1::ConnectResponse answer;
    answer.mutable_registered()->set_cluster_id(cluster_id_);
    answer.mutable_registered()->set_heartbeat_interval_ms(options_.heartbeat_interval_ms);
    Send(message.worker_id(), std::move(answer));
    if (registration.new_incarnation) ForgetTrainers(message.worker_id(), "the worker restarted");
    Reconcile(message.worker_id(), message);
    SetJobGauges();
    Schedule();
  }
  Settle();
  return absl::OkStatus();
}

// The trainers of an incarnation that ended are gone with it.
void Controller::ForgetTrainers(const std::string& worker, const std::string& why) {
  const WorkerEntry* known = fleet_.Find(worker);
  for (uint32_t number = 0; number < known->slots.size(); ++number) {
    const SlotId slot{worker, number};
    const std::optional<SlotUse> use = fleet_.UseOf(slot);
    if (!use) continue;
    const auto job = jobs_.find(use->job);
    if (job == jobs_.end() || !job->second->gang.Has(slot)) {
      fleet_.Free(slot);
      continue;
    }
    GangStateMachine& gang = job->second->gang;
    Apply(*job->second, gang.TrainerExited(slot, gang.generation(), absl::StrCat("worker ", worker, ": ", why),
                                           ports_.clock.SteadyNow()));
  }
}

// Brings the slots of a worker that registers and what runs on it into line.
void Controller::Reconcile(const std::string& worker, const v1::Register& message) {
  std::set<uint32_t> running;
  for (const v1::RunningTrainer& trainer : message.running()) {
    running.insert(trainer.slot());
    AdoptTrainer(worker, trainer);
  }
  const absl::Duration now = ports_.clock.SteadyNow();
  for (auto& [id, entry] : jobs_) {
    GangStateMachine& gang = entry->gang;
    for (uint32_t rank = 0; rank < gang.members().size(); ++rank) {
      const SlotId slot = gang.members()[rank];
      if (slot.worker != worker) continue;
      if (gang.phase() == GangPhase::kForming) {
        // The message before may be lost; the same one again changes nothing.
        if (!entry->adopting) Assign(*entry, rank);
      } else if (!running.contains(slot.slot)) {
        Apply(*entry, gang.TrainerExited(slot, gang.generation(),
                                         absl::StrCat("rank ", rank, " is gone from worker ", worker), now));
      }
    }
    if (gang.phase() == GangPhase::kSettling && MembersAreLive(*entry)) gang.MembersAreBack(now);
  }
  fleet_.FreeReleased(worker, {running.begin(), running.end()}, absl::InfiniteDuration());
}

void Controller::AdoptTrainer(const std::string& worker, const v1::RunningTrainer& trainer) {
  const SlotId slot{worker, trainer.slot()};
  const absl::Duration now = ports_.clock.SteadyNow();
  const auto found = jobs_.find(trainer.job());
  absl::Duration grace = absl::ZeroDuration();
  if (found != jobs_.end()) {
    JobEntry& entry = *found->second;
    // It may be writing its last checkpoint, or waiting for the answer to Finished.
    const JobState state = entry.state.state();
    if (state == JobState::kPaused || state == JobState::kSucceeded) grace = options_.pause_grace;
    if (trainer.generation() > entry.gang.generation()) {
      LogError("a trainer knows a generation above the ledger's",
               {{"job", trainer.job()}, {"trainer", trainer.generation()}, {"ledger", entry.gang.generation()}});
      Apply(entry, entry.gang.SawGeneration(trainer.generation(), now));
    }
    if (!entry.gang.Has(slot) && entry.gang.phase() == GangPhase::kWaiting) {
      fleet_.Assign(slot, trainer.job(), trainer.generation(), trainer.rank(), now);
      Apply(entry, entry.gang.Join({slot}, now));
    }
    if (entry.gang.Has(slot)) {
      fleet_.MarkSeen(slot);
      return;
    }
  }
  fleet_.Assign(slot, trainer.job(), trainer.generation(), trainer.rank(), now);
  ReleaseTrainer(slot, trainer.job(), trainer.generation(), grace, "no longer part of the job");
}

bool Controller::MembersAreLive(const JobEntry& entry) {
  return std::all_of(entry.gang.members().begin(), entry.gang.members().end(),
                     [&](const SlotId& slot) ABSL_NO_THREAD_SAFETY_ANALYSIS { return fleet_.IsLive(slot.worker); });
}

void Controller::Heartbeat(const std::string& worker, const std::string& incarnation, const v1::Heartbeat& message) {
  {
    absl::MutexLock lock(&mu_);
    const absl::Duration now = ports_.clock.SteadyNow();
    if (!fleet_.Heartbeat(worker, incarnation, now, ports_.clock.Now())) {
      v1::ConnectResponse answer;
      answer.mutable_reregister();
      Defer([this, worker, incarnation, answer = std::move(answer)]() mutable {
        ports_.outbox.Send(worker, incarnation, std::move(answer));
      });
    } else {
      std::set<uint32_t> running;
      for (const v1::RunningTrainer& trainer : message.running()) {
        running.insert(trainer.slot());
        const std::optional<SlotUse> use = fleet_.UseOf({worker, trainer.slot()});
        if (use && use->job == trainer.job()) fleet_.MarkSeen({worker, trainer.slot()});
        Hear(worker, trainer);
      }
      fleet_.FreeReleased(worker, {running.begin(), running.end()}, now);
      FindVanished(worker, running);
      // A slot may have become free.
      Schedule();
    }
  }
  SettleIfPending();
}

// Trainers whose exit was never reported, because the report was lost with a stream.
void Controller::FindVanished(const std::string& worker, const std::set<uint32_t>& running) {
  const absl::Duration now = ports_.clock.SteadyNow();
  const size_t slots = fleet_.Find(worker)->slots.size();
  for (uint32_t number = 0; number < slots; ++number) {
    const SlotId slot{worker, number};
    const std::optional<SlotUse> use = fleet_.UseOf(slot);
    if (!use || !use->seen || use->releasing || running.contains(number) || now - use->since < kVanishedAfter) continue;
    const auto job = jobs_.find(use->job);
    if (job == jobs_.end()) continue;
    Apply(*job->second,
          job->second->gang.TrainerExited(slot, use->generation,
                                          absl::StrCat("rank ", use->rank, " vanished from worker ", worker), now));
  }
}

void Controller::TrainerExited(const std::string& worker, const v1::TrainerExited& message) {
  {
    absl::MutexLock lock(&mu_);
    const SlotId slot{worker, message.slot()};
    // A trainer that was killed had no time to say why.
    const std::string last = message.signal() == 0 ? LastLine(message.log_tail()) : "";
    const std::string error = absl::StrCat("rank ", message.rank(), " on worker ", worker, ": ", message.reason(),
                                           last.empty() ? "" : "; its last words: ", last);
    LogInfo("trainer exited", {{"job", message.job()},
                               {"generation", message.generation()},
                               {"rank", message.rank()},
                               {"worker", worker},
                               {"slot", message.slot()},
                               {"reason", message.reason()}});
    const auto job = jobs_.find(message.job());
    if (job != jobs_.end()) {
      Apply(*job->second, job->second->gang.TrainerExited(slot, message.generation(), error, ports_.clock.SteadyNow(),
                                                          message.log_tail()));
    }
    const std::optional<SlotUse> use = fleet_.UseOf(slot);
    const bool member = job != jobs_.end() && job->second->gang.Has(slot);
    if (use && use->job == message.job() && !member) fleet_.Free(slot);
    Schedule();
  }
  Settle();
}

void Controller::Disconnected(const std::string& worker, const std::string& incarnation) {
  absl::MutexLock lock(&mu_);
  fleet_.Disconnect(worker, incarnation);
}

void Controller::LoseWorker(const std::string& worker) {
  LogWarning("worker lost", {{"worker", worker}});
  const std::string error = absl::StrCat("worker ", worker, " was lost");
  for (auto& [id, entry] : jobs_) {
    Apply(*entry, entry->gang.WorkerLost(worker, error, ports_.clock.SteadyNow()));
  }
  const size_t slots = fleet_.Find(worker)->slots.size();
  for (uint32_t number = 0; number < slots; ++number) fleet_.Free({worker, number});
  SetJobGauges();
  schedule_needed_ = true;
}

std::vector<v1::Worker> Controller::ListWorkers() {
  const absl::Cleanup settle = [this] { Settle(); };
  std::vector<v1::Worker> workers;
  absl::MutexLock lock(&mu_);
  for (const auto& [id, worker] : fleet_.workers()) workers.push_back(ToProto(worker));
  return workers;
}

absl::StatusOr<v1::Worker> Controller::GetWorker(const std::string& id) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  const WorkerEntry* worker = fleet_.Find(id);
  if (worker == nullptr) return absl::NotFoundError(absl::StrCat("worker ", id, " is not known"));
  return ToProto(*worker);
}

}  // namespace doodle
