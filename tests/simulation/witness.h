// Sees all that happens in a simulation and says what must never be. It keeps its own record and asks no code under
// test.
#ifndef DOODLE_TESTS_SIMULATION_WITNESS_H_
#define DOODLE_TESTS_SIMULATION_WITNESS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/history/history.h"
#include "coordinator/ledger/ledger_records.h"
#include "doodle/v1/gang.pb.h"
#include "tests/simulation/simulated_model.h"

namespace doodle {

// Used while holding the baton.
class Witness {
 public:
  // What a live trainer holds; `model` null: no valid state.
  struct Held {
    uint64_t trainer = 0;
    const SimulatedModel* model = nullptr;
  };

  // The ledger made these durable.
  void Durable(const LedgerBatch& batch, const std::vector<Held>& held);
  // An assignment leaves the coordinator.
  void Assigned(const v1::Assignment& assignment);
  // A rank is about to commit: `before` becomes `after`.
  void Committed(uint64_t generation, const SimulatedModel& before, const SimulatedModel& after);
  void Violation(std::string what);

  const std::vector<std::string>& violations() const { return violations_; }
  const std::map<uint64_t, GenerationRow>& generations() const { return generations_; }
  const std::map<std::string, CheckpointRow>& checkpoints() const { return checkpoints_; }
  History history() const;                                   // Of the formed generations.
  uint64_t furthest_step() const { return furthest_step_; }  // That any rank has committed.

 private:
  void Generation(const GenerationRow& row, const std::vector<Held>& held);
  void Formed(const GenerationRow& row, const std::vector<Held>& held);
  void Checkpoint(const CheckpointRow& row);

  std::map<uint64_t, GenerationRow> generations_;
  std::map<uint64_t, std::string> members_;  // Of assignments, by generation.
  std::map<std::string, CheckpointRow> checkpoints_;
  uint64_t furthest_step_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_WITNESS_H_
