#include "coordinator/control/controller.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "common/log/log.h"

namespace doodle {
namespace {

constexpr absl::Duration kRepeatRemovalsAfter = absl::Minutes(1);

}  // namespace

Controller::Controller(ControllerOptions options, ControllerPorts ports)
    : options_(std::move(options)), ports_(ports), rendezvous_(ports.clock), fleet_(options_.fleet_times) {}

absl::StatusOr<std::unique_ptr<Controller>> Controller::Create(ControllerOptions options, ControllerPorts ports) {
  std::unique_ptr<Controller> controller(new Controller(std::move(options), ports));
  const absl::Status loaded = controller->Load();
  if (!loaded.ok()) return loaded;
  return controller;
}

void Controller::Settle() {
  absl::MutexLock commit(&commit_mu_);
  LedgerBatch writes;
  std::vector<Effect> effects;
  {
    absl::MutexLock lock(&mu_);
    writes.swap(writes_);
    effects.swap(effects_);
  }
  if (!writes.empty()) {
    const absl::Duration start = ports_.clock.SteadyNow();
    const absl::Status committed = ports_.ledger.Commit(writes);
    if (!committed.ok()) {
      LogError("ledger commit failed, stopping", {{"error", std::string(committed.message())}});
      if (!options_.on_ledger_failure) std::abort();
      options_.on_ledger_failure(committed);
      return;  // The effects never leave.
    }
    ports_.metrics.Observe(metric::kLedgerCommitDuration, {}, absl::ToDoubleSeconds(ports_.clock.SteadyNow() - start));
  }
  for (Effect& effect : effects) effect();
}

void Controller::SettleIfPending() {
  {
    absl::MutexLock lock(&mu_);
    if (writes_.empty() && effects_.empty()) return;
  }
  Settle();
}

void Controller::RunLater(Effect work) {
  Defer([this, work = std::move(work)]() mutable { ports_.executor.Run(std::move(work)); });
}

void Controller::RunSurely(const std::string& name, PendingWork::Work work) {
  pending_.Ask(name, std::move(work), ports_.clock.SteadyNow());
  RunLater([this, name] { RunPending(name); });
}

void Controller::RunPending(const std::string& name) {
  for (bool again = true; again;) {
    PendingWork::Work work;
    {
      absl::MutexLock lock(&mu_);
      work = pending_.Begin(name);
    }
    if (!work) return;
    work();
    absl::MutexLock lock(&mu_);
    again = pending_.End(name);
  }
}

void Controller::RepeatPending() {
  for (const std::string& name : pending_.Late(ports_.clock.SteadyNow())) {
    RunLater([this, name] { RunPending(name); });
  }
}

void Controller::RemoveLater(const std::string& directory) {
  if (!removals_.contains(directory)) Write(RemovalRow{directory});
  removals_[directory] = ports_.clock.SteadyNow();
  RunLater([this, directory] { RemoveNow(directory); });
}

void Controller::RemoveNow(const std::string& directory) {
  {
    // Asked for twice and done: by now the name may be another job's.
    absl::MutexLock lock(&mu_);
    if (!removals_.contains(directory)) return;
  }
  const absl::Status removed = ports_.files.RemoveAll(directory);
  if (!removed.ok()) {
    LogWarning("files stay, tried again", {{"error", std::string(removed.message())}});
    return;
  }
  // Its rows go with the next commit: a removal that is repeated after a crash finds nothing.
  absl::MutexLock lock(&mu_);
  std::erase_if(removals_, [&](const auto& removal) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const bool gone = removal.first == directory || absl::StartsWith(removal.first, directory + "/");
    if (gone) Write(RemovalDone{removal.first});
    return gone;
  });
}

// The executor drops work when it has too much of it, and a disk may fail for a while.
void Controller::RepeatRemovals() {
  const absl::Duration now = ports_.clock.SteadyNow();
  for (const auto& [directory, asked] : removals_) {
    if (now - asked >= kRepeatRemovalsAfter) RemoveLater(directory);
  }
}

void Controller::Send(const std::string& worker, v1::ConnectResponse message) {
  const WorkerEntry* entry = fleet_.Find(worker);
  if (entry == nullptr) return;
  Defer([this, worker, incarnation = entry->info.incarnation, message = std::move(message)]() mutable {
    ports_.outbox.Send(worker, incarnation, std::move(message));
  });
}

void Controller::Tick() {
  rendezvous_.Tick();
  {
    absl::MutexLock lock(&mu_);
    const absl::Duration now = ports_.clock.SteadyNow();
    for (const std::string& worker : fleet_.FindLost(now)) LoseWorker(worker);
    for (auto& [id, entry] : jobs_) {
      EndHang(*entry);
      Apply(*entry, entry->gang.Tick(now));
    }
    if (std::exchange(schedule_needed_, false)) Schedule();
    if (now - accounted_at_ >= absl::Seconds(1)) {
      accounted_at_ = now;
      for (auto& [id, entry] : jobs_) AccountTime(*entry);
      SetJobGauges();
      RepeatRemovals();
      RepeatPending();
    }
  }
  SettleIfPending();
}

}  // namespace doodle
