// The invariants of a plan, on random sizes: every drawing once per epoch, in one order at every world size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "common/plan/rank_cursor.h"
#include "common/plan/stage_plan.h"
#include "tests/unit/common/plan/random_plans.h"

namespace doodle {
namespace {

constexpr uint64_t kPlans = 150;

// All ranks of one generation, walked step by step.
class Gang {
 public:
  Gang(const StagePlan& plan, const std::vector<double>& weights, uint64_t first_step) {
    const auto boundaries = LaneBoundaries(plan.spec().lanes, plan.spec().global_batch, weights);
    for (size_t rank = 0; rank < weights.size(); ++rank) {
      ranks_.emplace_back(plan, boundaries[rank], boundaries[rank + 1], first_step);
    }
  }

  // The step's samples by slot, relative to its first; the fewest samples of a rank in `fewest`.
  std::vector<PlannedSample> NextStep(const SlotRange& slots, size_t& fewest) {
    std::vector<PlannedSample> step(slots.end - slots.begin);
    for (RankCursor& rank : ranks_) {
      const std::vector<PlannedSample> samples = rank.NextStep();
      fewest = std::min(fewest, samples.size());
      uint64_t before = 0;
      for (const PlannedSample& sample : samples) {
        EXPECT_GE(sample.slot, before) << "slots of a rank rise";
        before = sample.slot + 1;
        step.at(sample.slot - slots.begin) = sample;
        ++filled_;
      }
    }
    return step;
  }

  uint64_t filled() const { return filled_; }

 private:
  std::vector<RankCursor> ranks_;
  uint64_t filled_ = 0;
};

// The whole stage by one rank.
std::vector<PlannedSample> WholeStage(const StagePlan& plan) {
  std::vector<PlannedSample> all;
  RankCursor rank(plan, 0, plan.spec().lanes, 0);
  for (auto samples = rank.NextStep(); !samples.empty(); samples = rank.NextStep()) {
    all.insert(all.end(), samples.begin(), samples.end());
  }
  return all;
}

// A step shorter or longer than the one before it, into the same vector.
TEST(ExactlyOnce, AStepInUsedMemoryHoldsNothingOfTheStepBefore) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const uint32_t lanes = random.plan.spec().lanes;
    RankCursor fresh(random.plan, lanes / 2, lanes, 0);
    RankCursor reused(random.plan, lanes / 2, lanes, 0);
    std::vector<PlannedSample> samples;
    for (uint64_t step = 0; step <= random.plan.steps(); ++step) {
      reused.NextStep(samples);
      ASSERT_EQ(samples, fresh.NextStep()) << random.description << " step " << step;
    }
    EXPECT_TRUE(samples.empty()) << random.description;
  }
}

// Steps taken as places and steps taken as samples, in any turn: the same walk.
TEST(ExactlyOnce, PlacesAreThoseOfTheSamples) {
  std::vector<SamplePlace> places;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const uint32_t lanes = random.plan.spec().lanes;
    RankCursor samples(random.plan, lanes / 3, lanes, 0);
    RankCursor mixed(random.plan, lanes / 3, lanes, 0);
    for (uint64_t step = 0; step <= random.plan.steps(); ++step) {
      std::vector<SamplePlace> expected;
      for (const PlannedSample& sample : samples.NextStep()) expected.push_back({sample.shard, sample.position});
      if (step % 3 == 2) {
        places.clear();
        for (const PlannedSample& sample : mixed.NextStep()) places.push_back({sample.shard, sample.position});
      } else {
        const auto step_places = mixed.NextPlaces();
        places.assign(step_places.begin(), step_places.end());
      }
      ASSERT_EQ(places, expected) << random.description << " step " << step;
    }
  }
}

TEST(ExactlyOnce, EveryDrawingOfTheViewOncePerEpochAndEverySlotFilled) {
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const PlanSpec& spec = random.plan.spec();
    const FileOrder file(random.shard_sizes);
    const std::vector<PlannedSample> all = WholeStage(random.plan);
    ASSERT_EQ(all.size(), spec.epochs * spec.samples) << random.description;
    std::vector<uint64_t> uses(spec.samples, 0);
    for (uint64_t slot = 0; slot < all.size(); ++slot) {
      ASSERT_EQ(all[slot].slot, slot) << random.description;
      ASSERT_EQ(all[slot].epoch, slot / spec.samples) << random.description;
      ASSERT_EQ(all[slot].lane, slot % spec.lanes) << random.description;
      ASSERT_EQ(all[slot].step, std::min(slot / spec.global_batch, random.plan.steps() - 1)) << random.description;
      ASSERT_EQ(uses.at(file.Of(all[slot]))++, all[slot].epoch) << random.description << " slot " << slot;
    }
  }
}

TEST(ExactlyOnce, EveryStepHasTheGlobalBatchAndTheLastUpToTwiceThatLessOne) {
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const uint64_t batch = random.plan.spec().global_batch;
    const uint64_t last = random.plan.steps() - 1;
    for (uint64_t step = 0; step < last; ++step) ASSERT_EQ(random.plan.StepSize(step), batch) << random.description;
    EXPECT_GE(random.plan.StepSize(last), batch) << random.description;
    EXPECT_LT(random.plan.StepSize(last), 2 * batch) << random.description;
    EXPECT_EQ(random.plan.StepSize(last + 1), 0u) << random.description;
  }
}

// The gang changes size and weights at random steps, as after failures and joins; what each step uses must not change.
TEST(ExactlyOnce, TheSameOrderAtEveryWorldSizeAndThroughChangesInMidRun) {
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const StagePlan& plan = random.plan;
    const std::vector<PlannedSample> expected = WholeStage(plan);
    std::mt19937_64 choices(seed + 1000);
    uint64_t step = 0;
    while (step < plan.steps()) {
      const std::vector<double> weights = RandomWeights(plan.spec(), 9, choices);
      Gang gang(plan, weights, step);
      const uint64_t end = std::min(plan.steps(), step + 1 + choices() % (1 + plan.steps() / 3));
      const uint64_t first_slot = plan.Slots(step).begin;
      size_t fewest = SIZE_MAX;
      for (; step < end; ++step) {
        const SlotRange slots = plan.Slots(step);
        const std::vector<PlannedSample> samples = gang.NextStep(slots, fewest);
        ASSERT_TRUE(std::equal(samples.begin(), samples.end(), expected.begin() + static_cast<int64_t>(slots.begin)))
            << random.description << " step " << step << " world " << weights.size();
      }
      ASSERT_EQ(gang.filled(), plan.Slots(end - 1).end - first_slot) << random.description << ": a slot twice";
      if (plan.spec().global_batch >= 2) {
        ASSERT_GE(fewest, 2u) << random.description << " world " << weights.size();
      }
    }
  }
}

TEST(ExactlyOnce, AnyLaneCanBeOpenedAtAnyStepAndAnySlotLookedUp) {
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const StagePlan& plan = random.plan;
    const std::vector<PlannedSample> all = WholeStage(plan);
    std::mt19937_64 choices(seed);
    for (int probe = 0; probe < 20; ++probe) {
      const uint64_t step = choices() % plan.steps();
      const auto lane = static_cast<uint32_t>(choices() % plan.spec().lanes);
      LaneCursor cursor = plan.OpenLane(lane, step);
      uint64_t slot = plan.Slots(step).begin;
      while (slot % plan.spec().lanes != lane) ++slot;
      for (int i = 0; i < 30 && slot < all.size(); ++i, slot += plan.spec().lanes) {
        const std::optional<PlannedSample> sample = cursor.Next();
        ASSERT_TRUE(sample.has_value()) << random.description;
        ASSERT_EQ(*sample, all[slot]) << random.description << " slot " << slot;
      }
      const uint64_t any = choices() % all.size();
      ASSERT_EQ(plan.At(any), all[any]) << random.description << " slot " << any;
    }
    const uint64_t last = plan.steps() - 1;
    const std::vector<PlannedSample> step = plan.Step(last);
    EXPECT_TRUE(std::equal(step.begin(), step.end(), all.end() - static_cast<int64_t>(step.size())));
    EXPECT_FALSE(plan.OpenLane(0, plan.steps()).Next().has_value()) << random.description;
  }
}

// After any step the use counts of two drawings differ by at most one; an epoch is complete where the plan says so.
TEST(ExactlyOnce, AnEpochIsCompleteWhenThePlanSaysSo) {
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    const RandomPlan random = MakeRandomPlan(seed);
    const StagePlan& plan = random.plan;
    for (uint64_t epochs = 1; epochs <= plan.spec().epochs; ++epochs) {
      const uint64_t steps = plan.StepsToComplete(epochs);
      ASSERT_GE(steps, 1u);
      EXPECT_GE(plan.Slots(steps - 1).end, epochs * plan.spec().samples) << random.description;
      EXPECT_LT(plan.Slots(steps - 1).begin, epochs * plan.spec().samples) << random.description;
    }
    EXPECT_EQ(plan.StepsToComplete(plan.spec().epochs), plan.steps());
    EXPECT_EQ(plan.StepsToComplete(plan.spec().epochs + 1), plan.steps());
    EXPECT_EQ(plan.StepsToComplete(0), 0u);
  }
}

}  // namespace
}  // namespace doodle
