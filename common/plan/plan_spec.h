// What determines the order of a stage's drawings, and one planned use of a drawing (docs/protocols/plan.md).
#ifndef DOODLE_COMMON_PLAN_PLAN_SPEC_H_
#define DOODLE_COMMON_PLAN_PLAN_SPEC_H_

#include <cstdint>
#include <string>

namespace doodle {

// Canonical: equal specs give equal orders on every machine. Its digest (StagePlan::Digest) travels with every
// assignment.
struct PlanSpec {
  uint64_t seed = 1;
  uint32_t stage = 0;
  uint64_t samples = 0;       // N, the view's size.
  uint64_t epochs = 1;        // E
  uint64_t global_batch = 1;  // B
  uint32_t lanes = 1;         // C, from DefaultLanes.
  std::string dataset_digest;
  std::string view_digest;

  bool operator==(const PlanSpec&) const = default;
};

// One planned use of a drawing. `shard` indexes the view's shards and `position` its positions (View::Shard).
struct PlannedSample {
  uint64_t slot = 0;  // 0 .. E*N-1
  uint64_t step = 0;  // Within the stage.
  uint32_t lane = 0;
  uint64_t epoch = 0;
  uint32_t shard = 0;
  uint32_t position = 0;

  bool operator==(const PlannedSample&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_PLAN_SPEC_H_
