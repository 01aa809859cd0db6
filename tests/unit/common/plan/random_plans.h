// Plans with random sizes for property tests; a failure prints the seed that makes them again.
#ifndef DOODLE_TESTS_UNIT_COMMON_PLAN_RANDOM_PLANS_H_
#define DOODLE_TESTS_UNIT_COMMON_PLAN_RANDOM_PLANS_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/plan/stage_plan.h"

namespace doodle {

inline PlanSpec SpecFor(uint64_t samples, uint64_t epochs, uint64_t global_batch, uint64_t seed = 1) {
  PlanSpec spec;
  spec.seed = seed;
  spec.samples = samples;
  spec.epochs = epochs;
  spec.global_batch = global_batch;
  spec.lanes = DefaultLanes(global_batch);
  spec.dataset_digest = "dataset";
  spec.view_digest = "view";
  return spec;
}

// Shards of `shard_drawings`, the last one smaller.
inline std::vector<uint32_t> EvenShards(uint64_t samples, uint32_t shard_drawings = 65536) {
  std::vector<uint32_t> sizes(samples / shard_drawings, shard_drawings);
  if (samples % shard_drawings != 0) sizes.push_back(static_cast<uint32_t>(samples % shard_drawings));
  return sizes;
}

// Position of a view's drawing when its shards are laid end to end.
class FileOrder {
 public:
  explicit FileOrder(const std::vector<uint32_t>& shard_sizes) {
    for (uint32_t size : shard_sizes) starts_.push_back(starts_.back() + size);
  }
  uint64_t Of(const PlannedSample& sample) const { return starts_[sample.shard] + sample.position; }

 private:
  std::vector<uint64_t> starts_ = {0};
};

struct RandomPlan {
  StagePlan plan;
  std::vector<uint32_t> shard_sizes;
  std::string description;
};

// Sizes small enough to walk all of it, odd enough to meet every remainder: lanes that do not divide the batch,
// regions without a drawing, shards of one drawing, the last step up to 2B-1.
inline RandomPlan MakeRandomPlan(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](uint64_t low, uint64_t high) {
    return std::uniform_int_distribution<uint64_t>(low, high)(random);
  };
  std::vector<uint32_t> sizes;
  for (uint64_t shards = draw(1, 12); shards > 0; --shards) {
    sizes.push_back(static_cast<uint32_t>(draw(1, draw(0, 1) == 0 ? 40 : 5000)));
  }
  uint64_t samples = 0;
  for (uint32_t size : sizes) samples += size;
  const uint64_t epochs = draw(1, 5);
  PlanSpec spec = SpecFor(samples, epochs, std::min(draw(1, 600), samples * epochs), draw(0, UINT64_MAX - 1));
  if (draw(0, 1) == 0) spec.lanes = static_cast<uint32_t>(draw(1, spec.global_batch));
  spec.stage = static_cast<uint32_t>(draw(0, 3));
  std::string description = absl::StrCat("seed ", seed, ": N=", samples, " E=", epochs, " B=", spec.global_batch,
                                         " C=", spec.lanes, " shards=", sizes.size());
  return {StagePlan::Create(spec, sizes).value(), sizes, std::move(description)};
}

// Random weights for as many ranks as the plan can have, up to `most`.
inline std::vector<double> RandomWeights(const PlanSpec& spec, uint64_t most, std::mt19937_64& random) {
  const uint64_t fit = spec.lanes / LanesPerRankAtLeast(spec.global_batch, spec.lanes);
  std::vector<double> weights(
      std::uniform_int_distribution<uint64_t>(1, std::max<uint64_t>(1, std::min(most, fit)))(random));
  for (double& weight : weights) weight = std::uniform_real_distribution<double>(0.1, 3)(random);
  return weights;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_PLAN_RANDOM_PLANS_H_
