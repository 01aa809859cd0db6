// One trainer process of a simulation: the production GangMember over the production LinkState, with collectives, state
// and steps in memory. Its training thread is a task of the scheduler.
#ifndef DOODLE_TESTS_SIMULATION_SIMULATED_TRAINER_H_
#define DOODLE_TESTS_SIMULATION_SIMULATED_TRAINER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/plan/rank_cursor.h"
#include "tests/simulation/planted_bugs.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_group.h"
#include "tests/simulation/simulated_state.h"
#include "tests/simulation/witness.h"
#include "worker/gang/gang_member.h"
#include "worker/link/link_state.h"
#include "worker/link/report_conversion.h"

namespace doodle {

// What all trainers of a simulation share; outlives them.
struct TrainerWorld {
  Scheduler& scheduler;
  SimulatedClock& clock;
  SimulatedNetwork& network;
  Witness& witness;
  const PlantedBugs& bugs;
};

// LinkState as GangMember's Transport, as worker/link binds it over gRPC.
class SimulatedTransport final : public Transport {
 public:
  SimulatedTransport(LinkState& link, const PlantedBugs& bugs) : link_(link), bugs_(bugs) {}
  absl::StatusOr<GangAssignment> AwaitAssignment(uint64_t above, absl::Duration timeout) override;
  uint64_t NewestGeneration() const override { return link_.NewestGeneration(); }
  bool LeaveRequested() const override { return link_.LeaveRequested(); }
  absl::Status ReportFormed(const FormedReport& report) override;
  absl::Status ReportFinished(const FinishedReport& report) override;
  absl::StatusOr<RestoreAnswer> ReportRestoreRefused(const std::string& checkpoint, const std::string& reason) override;
  void ReportFailure(const absl::Status& status, bool permanent) override;

 private:
  LinkState& link_;
  const PlantedBugs& bugs_;
};

// Used while holding the baton.
class SimulatedTrainer final : private StepRunner {
 public:
  SimulatedTrainer(uint64_t id, std::string job_directory, TrainerWorld world);

  // `exited` is called once the training thread has ended by itself or after Kill.
  void Start(std::function<void(bool ok)> exited);
  void Hang() { hung_ = true; }  // The training thread never comes to its next collective; the link's goes on.
  void Kill();                   // As SIGKILL: memory, sockets and what was not yet sent are gone.

  uint64_t id() const { return id_; }
  bool alive() const { return alive_; }
  bool killed() const { return killed_; }
  const SimulatedState& state() const { return state_; }
  const SimulatedCollective& collective() const { return collective_; }
  const SimulatedModel* held() const { return alive_ && state_.valid() ? &state_.model() : nullptr; }
  LinkState& link() { return link_; }

 private:
  absl::Status Prepare(const GangAssignment& assignment) override;
  absl::StatusOr<bool> Step(Outcome& outcome) override;
  void Release() override { cursor_.reset(); }
  uint64_t samples() const override { return samples_; }

  // One step's exchange: the samples of all ranks, and whether any of them was asked to leave.
  absl::StatusOr<std::vector<PlannedSample>> Reduce(const std::vector<PlannedSample>& mine);
  absl::Status Commit(const std::vector<PlannedSample>& samples);
  std::optional<CheckpointReport> Checkpoint();  // Written, not yet reported; nothing when killed meanwhile.

  const uint64_t id_;
  const TrainerWorld world_;
  bool alive_ = true;
  bool killed_ = false;
  bool hung_ = false;
  ActivityBoard activity_;
  LinkState link_;
  SimulatedTransport transport_;
  SimulatedCollective collective_;
  SimulatedState state_;
  GangMember member_;
  GangAssignment assignment_;
  std::optional<RankCursor> cursor_;
  uint64_t samples_ = 0;
  std::optional<Outcome> leaving_;  // Agreed upon in the last step.
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATED_TRAINER_H_
