// The rule that makes a gang equal to one process: loss of a rank = sum of its sample losses / samples in the step,
// gradients summed over ranks. Softmax regression in double precision, trained at several world sizes.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "common/ids/hash64.h"
#include "common/plan/micro_batch.h"
#include "common/plan/rank_cursor.h"
#include "tests/unit/common/plan/random_plans.h"

namespace doodle {
namespace {

constexpr int kFeatures = 12;
constexpr int kClasses = 5;
using Weights = std::array<double, kFeatures * kClasses>;

double Feature(uint64_t drawing, int feature) {
  return static_cast<double>(HashCombine(drawing, feature) >> 11) / static_cast<double>(1ull << 52) - 1;
}

// Adds one drawing's gradient of the cross-entropy, times `scale`.
void AddGradient(const Weights& weights, uint64_t drawing, double scale, Weights& gradient) {
  std::array<double, kClasses> logits{};
  double sum = 0;
  for (int c = 0; c < kClasses; ++c) {
    for (int f = 0; f < kFeatures; ++f) logits[c] += weights[c * kFeatures + f] * Feature(drawing, f);
    sum += std::exp(logits[c]);
  }
  const int label = static_cast<int>(Mix64(drawing) % kClasses);
  for (int c = 0; c < kClasses; ++c) {
    const double error = std::exp(logits[c]) / sum - (c == label ? 1 : 0);
    for (int f = 0; f < kFeatures; ++f) gradient[c * kFeatures + f] += scale * error * Feature(drawing, f);
  }
}

// A rank's gradient, piece by piece as its forward passes would give it.
Weights RankGradient(const Weights& weights, const std::vector<PlannedSample>& samples, uint64_t step_size,
                     const FileOrder& file) {
  Weights gradient{};
  size_t next = 0;
  for (uint64_t piece : MicroBatches(samples.size(), 16)) {
    Weights part{};
    for (uint64_t i = 0; i < piece; ++i) AddGradient(weights, file.Of(samples[next++]), 1.0, part);
    for (size_t i = 0; i < part.size(); ++i) gradient[i] += part[i] / static_cast<double>(step_size);
  }
  EXPECT_EQ(next, samples.size());
  return gradient;
}

Weights Train(const StagePlan& plan, const std::vector<uint32_t>& shard_sizes,
              const std::vector<double>& rank_weights) {
  const FileOrder file(shard_sizes);
  const auto boundaries = LaneBoundaries(plan.spec().lanes, plan.spec().global_batch, rank_weights);
  std::vector<RankCursor> ranks;
  for (size_t r = 0; r < rank_weights.size(); ++r) ranks.emplace_back(plan, boundaries[r], boundaries[r + 1], 0);
  Weights weights{};
  for (uint64_t step = 0; step < plan.steps(); ++step) {
    Weights sum{};
    for (RankCursor& rank : ranks) {
      const Weights gradient = RankGradient(weights, rank.NextStep(), plan.StepSize(step), file);
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += gradient[i];
    }
    for (size_t i = 0; i < sum.size(); ++i) weights[i] -= 0.5 * sum[i];
  }
  return weights;
}

double LargestDifference(const Weights& a, const Weights& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

TEST(GradientEquality, TrainingGivesTheSameModelAtAnyWorldSizeAndWeights) {
  const std::vector<uint32_t> sizes = EvenShards(3001, 1700);
  const StagePlan plan = StagePlan::Create(SpecFor(3001, 2, 100, 11), sizes).value();
  ASSERT_NE(plan.StepSize(plan.steps() - 1), 100u) << "the last step must be larger, to be part of the test";
  const Weights alone = Train(plan, sizes, {1});
  EXPECT_GT(LargestDifference(alone, Weights{}), 0.01) << "nothing was learned";
  const std::vector<std::vector<double>> gangs = {{1, 1}, {1, 1, 1}, {1, 1, 1, 1, 1}, {3, 1}, {1, 2, 0.5, 4, 1}};
  for (const std::vector<double>& gang : gangs) {
    EXPECT_LT(LargestDifference(alone, Train(plan, sizes, gang)), 1e-12) << gang.size() << " ranks";
  }
}

}  // namespace
}  // namespace doodle
