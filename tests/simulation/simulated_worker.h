// One worker of a simulation: the production DaemonCore; its trainers are SimulatedTrainers.
#ifndef DOODLE_TESTS_SIMULATION_SIMULATED_WORKER_H_
#define DOODLE_TESTS_SIMULATION_SIMULATED_WORKER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_trainer.h"
#include "worker/daemon/daemon_core.h"

namespace doodle {

// Used while holding the baton. `to_coordinator` carries a message off; it may drop it.
class SimulatedWorker final : private FleetPort, private TrainerPort, private ProcessPort, private MetricsPort {
 public:
  using SendFunction = std::function<void(SimulatedWorker& worker, const v1::ConnectRequest& message)>;

  SimulatedWorker(const std::string& id, uint32_t slots, TrainerWorld world, SendFunction to_coordinator);

  const std::string& id() const { return identity_.worker_id(); }
  const std::string& incarnation() const { return identity_.incarnation(); }
  DaemonCore& core() { return core_; }
  void Tick();
  void PumpTrainers();  // What the trainers have to say goes on its way.

  std::vector<SimulatedTrainer*> LiveTrainers() const;
  void KillTrainer(SimulatedTrainer& trainer);
  bool AllEnded() const;  // No training thread is left.

 private:
  // A process and its link; a stopped one stays, because its thread may still unwind.
  struct Process {
    std::unique_ptr<SimulatedTrainer> trainer;
    uint32_t slot = 0;
    std::string token;
    Channel to_daemon;
    Channel to_trainer;
    absl::Duration next_heartbeat = absl::ZeroDuration();
    bool attached = false;
    bool thread_ended = false;
  };

  void Send(const v1::ConnectRequest& message) override { to_coordinator_(*this, message); }
  void Send(ConnectionId connection, const v1::AttachResponse& message) override;
  absl::StatusOr<ProcessId> Start(uint32_t slot, const std::string& token, const v1::Assignment& assignment) override;
  void Kill(ProcessId process) override;
  bool IsStopped(ProcessId) override { return false; }
  absl::Status Apply(const std::string&, const MetricLabels&, double) override { return absl::OkStatus(); }
  void RemoveJob(const std::string&) override {}

  Process& ProcessOf(uint64_t id) { return *processes_.at(id - 1); }
  void Attach(Process& process);
  void Pump(Process& process);
  void End(Process& process, const ProcessExit& exit);

  static v1::Register Identity(const std::string& id, uint32_t slots);
  DaemonCore::Options CoreOptions();

  const TrainerWorld world_;
  const v1::Register identity_;
  const SendFunction to_coordinator_;
  std::vector<std::unique_ptr<Process>> processes_;  // By id - 1. A connection has the id of its process.
  uint64_t next_token_ = 0;
  DaemonCore core_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATED_WORKER_H_
