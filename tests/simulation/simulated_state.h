// The state of one simulated rank, and its checkpoints: real directories with real manifests.
#ifndef DOODLE_TESTS_SIMULATION_SIMULATED_STATE_H_
#define DOODLE_TESTS_SIMULATION_SIMULATED_STATE_H_

#include <string>
#include <utility>

#include "tests/simulation/planted_bugs.h"
#include "tests/simulation/simulated_group.h"
#include "tests/simulation/simulated_model.h"
#include "worker/gang/state_store.h"

namespace doodle {

class SimulatedState final : public StateStore {
 public:
  SimulatedState(SimulatedCollective& collective, std::string job_directory, const PlantedBugs& bugs)
      : collective_(collective), job_directory_(std::move(job_directory)), bugs_(bugs) {}

  bool valid() const override { return valid_; }
  StateTag tag() const override { return model_.tag; }
  StateDigest Digest() const override { return model_.Digest(); }
  absl::Status InitializeFromSeed() override;
  absl::Status LoadCheckpoint(const std::string& name) override;
  absl::Status AdoptFrom(uint32_t leader_rank, const StateDigest& leader_digest) override;

  const SimulatedModel& model() const { return model_; }
  bool adopting() const { return adopting_; }  // Between the pieces of the leader's state.
  void Commit(SimulatedModel next);
  // Writes model.safetensors, then the manifest, into a directory that appears whole. `survive` is asked between the
  // pieces: false leaves a part behind, as a killed process does.
  absl::StatusOr<std::string> WriteCheckpoint(const std::string& job, absl::FunctionRef<bool()> survive) const;

 private:
  void Set(SimulatedModel model);

  SimulatedCollective& collective_;
  const std::string job_directory_;
  const PlantedBugs& bugs_;
  bool valid_ = false;
  bool adopting_ = false;
  SimulatedModel model_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATED_STATE_H_
