#include "tests/simulation/simulated_worker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

constexpr absl::Duration kSocketDelay = absl::Milliseconds(1);
constexpr absl::Duration kStartDelay = absl::Milliseconds(60);
constexpr absl::Duration kExitDelay = absl::Milliseconds(4);
constexpr absl::Duration kHeartbeatEvery = absl::Milliseconds(500);

}  // namespace

v1::Register SimulatedWorker::Identity(const std::string& id, uint32_t slots) {
  v1::Register identity;
  identity.set_worker_id(id);
  identity.set_incarnation(id + "-1");
  identity.set_protocol_version(1);
  identity.set_slots(slots);
  return identity;
}

DaemonCore::Options SimulatedWorker::CoreOptions() {
  DaemonCore::Options options;
  options.identity = identity_;
  options.new_token = [this] { return absl::StrCat(id(), "-token-", ++next_token_); };
  return options;
}

SimulatedWorker::SimulatedWorker(const std::string& id, uint32_t slots, TrainerWorld world, SendFunction to_coordinator)
    : world_(world),
      identity_(Identity(id, slots)),
      to_coordinator_(std::move(to_coordinator)),
      core_(CoreOptions(), {*this, *this, *this, *this}) {}

void SimulatedWorker::Tick() { core_.OnTick(world_.scheduler.now()); }

absl::StatusOr<ProcessId> SimulatedWorker::Start(uint32_t slot, const std::string& token,
                                                 const v1::Assignment& assignment) {
  const uint64_t id = processes_.size() + 1;
  auto trainer = std::make_unique<SimulatedTrainer>(id, assignment.job_directory(), world_);
  processes_.push_back(std::make_unique<Process>(Process{.trainer = std::move(trainer),
                                                         .slot = slot,
                                                         .token = token,
                                                         .to_daemon = Channel(world_.scheduler, kSocketDelay),
                                                         .to_trainer = Channel(world_.scheduler, kSocketDelay)}));
  Process& process = *processes_.back();
  world_.scheduler.After(world_.scheduler.RandomDelay(kStartDelay), [this, &process] { Attach(process); });
  return id;
}

void SimulatedWorker::Attach(Process& process) {
  if (process.trainer->killed()) {  // Before its first statement.
    process.thread_ended = true;
    return;
  }
  v1::Hello hello;
  hello.set_slot(process.slot);
  hello.set_token(process.token);
  const absl::Status attached = core_.OnAttach(process.trainer->id(), hello, world_.scheduler.now());
  if (!attached.ok()) world_.witness.Violation(absl::StrCat("attach: ", attached.ToString()));
  process.attached = true;
  process.trainer->Start([this, &process](bool ok) {
    process.thread_ended = true;
    if (process.trainer->killed()) return;
    // Not on the task that ends.
    world_.scheduler.After(absl::ZeroDuration(), [this, &process, ok] {
      Pump(process);  // A trainer's link sends what was reported before it closes.
      process.attached = false;
      End(process, {ok ? 0 : 1, 0, ""});
    });
  });
}

void SimulatedWorker::Send(ConnectionId connection, const v1::AttachResponse& message) {
  Process& process = ProcessOf(connection);
  process.to_trainer.Send([&process, message] {
    if (process.trainer->alive()) process.trainer->link().OnResponse(message);
  });
}

void SimulatedWorker::Pump(Process& process) {
  const absl::Duration now = world_.scheduler.now();
  for (;;) {
    std::optional<v1::AttachRequest> request = process.trainer->link().NextRequest();
    if (!request) return;
    if (request->has_heartbeat()) {
      if (now < process.next_heartbeat) return;
      process.next_heartbeat = now + kHeartbeatEvery;
    }
    process.to_daemon.Send([this, &process, message = *request] {
      core_.OnTrainerMessage(process.trainer->id(), message, world_.scheduler.now());
    });
    if (request->has_heartbeat()) return;
  }
}

void SimulatedWorker::PumpTrainers() {
  for (const std::unique_ptr<Process>& process : processes_) {
    if (process->attached && process->trainer->alive()) Pump(*process);
  }
}

// The end of the socket and the end of the process are seen separately, in either order.
void SimulatedWorker::End(Process& process, const ProcessExit& exit) {
  const uint64_t id = process.trainer->id();
  process.to_daemon.Send([this, id] { core_.OnDetach(id, world_.scheduler.now()); });
  world_.scheduler.After(world_.scheduler.RandomDelay(kExitDelay),
                         [this, id, exit] { core_.OnExit(id, exit, world_.scheduler.now()); });
}

void SimulatedWorker::Kill(ProcessId process) {
  SimulatedTrainer& trainer = *ProcessOf(process).trainer;
  if (trainer.alive()) KillTrainer(trainer);
}

void SimulatedWorker::KillTrainer(SimulatedTrainer& trainer) {
  trainer.Kill();
  End(ProcessOf(trainer.id()), {-1, 9, ""});
}

std::vector<SimulatedTrainer*> SimulatedWorker::LiveTrainers() const {
  std::vector<SimulatedTrainer*> live;
  for (const std::unique_ptr<Process>& process : processes_) {
    if (process->trainer->alive()) live.push_back(process->trainer.get());
  }
  return live;
}

bool SimulatedWorker::AllEnded() const {
  return std::all_of(processes_.begin(), processes_.end(),
                     [](const std::unique_ptr<Process>& process) { return process->thread_ended; });
}

}  // namespace doodle
