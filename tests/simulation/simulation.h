// One job of 20 steps on two ranks, in one process: production coordinator, daemons and gang members over a simulated
// clock and network. Everything follows from the seed, faults included.
//
//     Simulation simulation({.seed = 7});
//     simulation.When([&] { return simulation.witness().furthest_step() >= 8; }, [&] { simulation.KillRank(1); });
//     simulation.Run();
//     EXPECT_THAT(simulation.violations(), IsEmpty());
#ifndef DOODLE_TESTS_SIMULATION_SIMULATION_H_
#define DOODLE_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/metrics/registry.h"
#include "coordinator/control/controller.h"
#include "tests/simulation/planted_bugs.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_ledger.h"
#include "tests/simulation/simulated_worker.h"
#include "tests/simulation/witness.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {

struct SimulationOptions {
  uint64_t seed = 1;
  PlantedBugs bugs{};
  bool sqlite = false;                      // The production ledger, on disk.
  bool one_worker = false;                  // With two slots; else two workers with one each.
  absl::Duration limit = absl::Minutes(5);  // Simulated; a job that runs longer hangs.
};

enum class UserRequest { kPause, kResume, kCancel };

// Thread-compatible.
class Simulation final : private Outbox, private Executor {
 public:
  explicit Simulation(SimulationOptions options);
  ~Simulation() override;

  // Once, after the first event at which `condition` holds.
  void When(std::function<bool()> condition, std::function<void()> action);
  void After(absl::Duration time, std::function<void()> action) { scheduler_.After(time, std::move(action)); }

  // Until the job has ended and all its trainers with it; then compares the end with an undisturbed run's.
  void Run();

  void KillRank(uint32_t rank);  // The live trainer of that rank in the newest generation it formed; nothing when none.
  void HangRank(uint32_t rank);  // Its training thread; killing it is the coordinator's work.
  void KillAnyTrainer();         // The seed chooses.
  void KillAllTrainers();
  // The coordinator's memory and its connections are gone; it is back after `down`.
  void RestartCoordinator(absl::Duration down);

  // As a user does: while the coordinator is down it waits, and those asked later wait behind it. The answers come in
  // the same order. A job whose cancellation was acknowledged must end CANCELED.
  void Ask(UserRequest request) { asked_.push_back(request); }
  const std::vector<absl::Status>& answers() const { return answers_; }

  const std::vector<std::string>& violations() const { return witness_.violations(); }
  const Witness& witness() const { return witness_; }
  Scheduler& scheduler() { return scheduler_; }
  v1::Job job();
  std::vector<SimulatedTrainer*> LiveTrainers() const;
  std::string CheckpointDirectory() const { return directory_.File("jobs/simulated/checkpoints"); }
  // What happened, for comparing two runs: the trace of every commit and generation.
  const std::vector<std::string>& trace() const { return trace_; }

 private:
  void Send(const std::string& worker, const std::string& incarnation, v1::ConnectResponse message) override;
  void Run(absl::AnyInvocable<void()> work) override;
  void ToCoordinator(SimulatedWorker& worker, const v1::ConnectRequest& message);
  void Arrived(SimulatedWorker& worker, const v1::ConnectRequest& message);

  void StartCoordinator();
  void SubmitJob();
  void TickCoordinator(uint64_t start);
  void TickWorkers();
  void AfterEach();
  void AnswerUser();
  void OnDurable(const LedgerBatch& batch);
  bool Ended();
  void EndTrainers();
  void CheckEnd();

  struct Hook {
    std::function<bool()> condition;
    std::function<void()> action;
  };
  struct Connection {
    Channel up;
    Channel down;
  };

  const SimulationOptions options_;
  TemporaryDirectory directory_;
  Scheduler scheduler_;
  SimulatedClock clock_;
  SimulatedNetwork network_;
  Witness witness_;
  std::unique_ptr<Ledger> base_ledger_;
  std::unique_ptr<WatchedLedger> ledger_;
  MetricRegistry metrics_;
  uint64_t coordinator_start_ = 0;  // Messages of an earlier start are lost.
  std::unique_ptr<Controller> controller_;
  std::vector<std::unique_ptr<SimulatedWorker>> workers_;
  std::vector<Connection> connections_;
  std::vector<Hook> hooks_;
  std::deque<UserRequest> asked_;
  std::vector<absl::Status> answers_;
  bool canceled_ = false;
  std::vector<std::string> trace_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATION_H_
