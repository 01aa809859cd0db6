// The epoch plan of a stage: a pure function from step to drawings, the same on every machine (docs/protocols/plan.md).
//
//     DOODLE_ASSIGN_OR_RETURN(StagePlan plan, StagePlan::Create(spec, view.ShardSizes()));
//     LaneCursor lane = plan.OpenLane(k, first_step);   // then Next() for each slot of lane k in order
//
// A rank that walks several lanes takes a RankCursor (rank_cursor.h).
#ifndef DOODLE_COMMON_PLAN_STAGE_PLAN_H_
#define DOODLE_COMMON_PLAN_STAGE_PLAN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/epoch_order.h"
#include "common/plan/lane_cursor.h"
#include "common/plan/lanes.h"
#include "common/plan/plan_spec.h"

namespace doodle {

// Slots of one step: [begin, end).
struct SlotRange {
  uint64_t begin = 0;
  uint64_t end = 0;

  bool operator==(const SlotRange&) const = default;
};

// Steps of a stage of `samples` drawings: floor(E*N / B).
uint64_t PlanSteps(uint64_t samples, uint64_t epochs, uint64_t global_batch);

// Immutable, hence thread-safe; a copy shares its content. Memory O(shards), for two epochs at a time.
class StagePlan {
 public:
  // `shard_sizes[i]`: members of the view's i-th shard, none 0; they add up to spec.samples. INVALID_ARGUMENT
  // otherwise, for E*N < B (no step), and for lanes outside 1..B.
  static absl::StatusOr<StagePlan> Create(PlanSpec spec, std::vector<uint32_t> shard_sizes);

  const PlanSpec& spec() const { return orders_->spec(); }
  uint64_t steps() const;                           // T
  uint64_t StepSize(uint64_t step) const;           // B, the last up to 2B-1.
  SlotRange Slots(uint64_t step) const;             // Empty from T on.
  uint64_t StepsToComplete(uint64_t epochs) const;  // Steps after which `epochs` epochs are complete.

  // The lane from its first slot in the step on (or after it, when a step has fewer samples than lanes). Takes
  // microseconds anywhere in the stage.
  LaneCursor OpenLane(uint32_t lane, uint64_t first_step) const;
  PlannedSample At(uint64_t slot) const;                 // Any slot below E*N, in microseconds.
  std::vector<PlannedSample> Step(uint64_t step) const;  // All of it in slot order; for tools and tests.

  // sha256 in hexadecimal over the algorithm's version, the spec, the shard sizes and 1,024 probed slots: what a
  // worker compares before it trains.
  std::string Digest() const;

 private:
  explicit StagePlan(std::shared_ptr<const EpochOrders> orders) : orders_(std::move(orders)) {}
  std::shared_ptr<const EpochOrders> orders_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_STAGE_PLAN_H_
