// Collectives over memory: the ranks of a generation meet in rounds. A rank that dies or is fenced breaks the group for
// all; whether a round that was complete still reaches those who had not looked is the seed's choice, as it is the
// network's in a real one.
#ifndef DOODLE_TESTS_SIMULATION_SIMULATED_GROUP_H_
#define DOODLE_TESTS_SIMULATION_SIMULATED_GROUP_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/scheduler.h"
#include "worker/gang/collective.h"

namespace doodle {

// One generation's. Used while holding the baton.
class SimulatedGroup {
 public:
  SimulatedGroup(Scheduler& scheduler, uint32_t world_size)
      : scheduler_(scheduler), world_size_(world_size), ranks_(world_size) {}

  // UNAVAILABLE when a rank is gone.
  absl::StatusOr<std::vector<std::string>> AllGather(uint32_t rank, const std::string& mine);

  void Leave(uint32_t rank) { broken_ = true, ranks_[rank].cut = true; }  // What was sent before still arrives.
  void Cut(uint32_t rank);                                                // It may or may not.

 private:
  struct Rank {
    uint64_t sent = 0;  // Rounds.
    uint64_t received = 0;
    bool cut = false;
    bool lost = false;  // The round that it waits for will not arrive.
  };

  Scheduler& scheduler_;
  const uint32_t world_size_;
  bool broken_ = false;
  std::vector<Rank> ranks_;
  std::map<uint64_t, std::map<uint32_t, std::string>> rounds_;
};

// Where the ranks of a generation find their group.
class SimulatedNetwork {
 public:
  explicit SimulatedNetwork(Scheduler& scheduler) : scheduler_(scheduler) {}
  std::shared_ptr<SimulatedGroup> Group(const GangAssignment& assignment);

 private:
  Scheduler& scheduler_;
  std::map<uint64_t, std::shared_ptr<SimulatedGroup>> groups_;
};

class SimulatedCollective final : public Collective {
 public:
  explicit SimulatedCollective(SimulatedNetwork& network) : network_(network) {}

  absl::Status Form(const GangAssignment& assignment) override;
  absl::StatusOr<std::vector<std::string>> AllGather(const std::string& mine) override;
  absl::Status Barrier() override { return AllGather("barrier").status(); }
  void Destroy() override;

  bool formed() const { return group_ != nullptr; }
  uint32_t rank() const { return rank_; }
  uint64_t generation() const { return generation_; }
  void Fence(uint64_t generation);  // Ends the collectives of the generations below.
  void Die();                       // As SIGKILL: no collective of this process completes any more.

 private:
  SimulatedNetwork& network_;
  bool dead_ = false;
  uint64_t generation_ = 0;
  uint32_t rank_ = 0;
  std::shared_ptr<SimulatedGroup> group_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATED_GROUP_H_
