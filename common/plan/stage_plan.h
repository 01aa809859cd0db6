// The epoch plan of a stage: a pure function from step to drawings, the same on every machine (docs/protocols/plan.md).
//
//     StagePlan plan(spec, view shard sizes);
//     LaneCursor lane = plan.OpenLane(k, first_step);   // then Next() for each slot of lane k in order
#ifndef DOODLE_COMMON_PLAN_STAGE_PLAN_H_
#define DOODLE_COMMON_PLAN_STAGE_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace doodle {

// What determines an order; canonical. Its digest travels with every assignment.
struct PlanSpec {
  uint64_t seed = 1;
  uint32_t stage = 0;
  uint64_t samples = 0;       // N
  uint64_t epochs = 1;        // E
  uint64_t global_batch = 1;  // B
  uint32_t lanes = 1;         // C, from DefaultLanes
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

// C of a global batch: the largest divisor up to 256 if it is at least min(B, 64), else ceil(B / ceil(B / 256)).
uint32_t DefaultLanes(uint64_t global_batch);

// Contiguous lane ranges, one per rank, at least ceil(2C/B) lanes each: boundaries[r] .. boundaries[r+1].
std::vector<uint32_t> LaneBoundaries(uint32_t lanes, uint64_t global_batch, const std::vector<double>& weights);

// Walks one lane. Thread-compatible; the plan must outlive it.
class LaneCursor {
 public:
  ~LaneCursor();
  LaneCursor(LaneCursor&&) noexcept;
  // The lane's next use in slot order; empty after the stage's last.
  std::optional<PlannedSample> Next();

 private:
  friend class StagePlan;
  struct State;
  explicit LaneCursor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Immutable, hence thread-safe. Memory O(shards + blocks of the open epochs).
class StagePlan {
 public:
  // `shard_sizes[i]`: members of the view's i-th shard; they add up to spec.samples. INVALID_ARGUMENT otherwise, or
  // for E*N < B or lanes that do not fit.
  static absl::StatusOr<StagePlan> Create(PlanSpec spec, std::vector<uint32_t> shard_sizes);

  const PlanSpec& spec() const { return spec_; }
  uint64_t steps() const;                           // T
  uint64_t StepSize(uint64_t step) const;           // B, the last up to 2B-1.
  uint64_t StepsToComplete(uint64_t epochs) const;  // Steps after which `epochs` epochs are complete.
  LaneCursor OpenLane(uint32_t lane, uint64_t first_step) const;
  std::vector<PlannedSample> Step(uint64_t step) const;  // In slot order; for tools and tests.
  std::string Digest() const;                            // Hash of spec, algorithm version and 1,024 probed slots.

 private:
  StagePlan(PlanSpec spec, std::vector<uint32_t> shard_sizes);
  PlanSpec spec_;
  std::vector<uint32_t> shard_sizes_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_STAGE_PLAN_H_
