#include "common/plan/stage_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/plan/keyed_shuffle.h"
#include "common/plan/region_window.h"
#include "common/plan/shuffle_draws.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/plan/random_plans.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

absl::Status CreateStatus(const PlanSpec& spec, std::vector<uint32_t> sizes) {
  return StagePlan::Create(spec, std::move(sizes)).status();
}

TEST(StagePlan, RefusesWhatIsNoPlan) {
  const auto invalid = [](const char* text) { return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)); };
  EXPECT_THAT(CreateStatus(SpecFor(100, 1, 10), {60, 40}), IsOk());
  EXPECT_THAT(CreateStatus(SpecFor(100, 1, 10), {60, 41}), invalid("hold 101 drawings, the plan is for 100"));
  EXPECT_THAT(CreateStatus(SpecFor(100, 1, 10), {60, 0, 40}), invalid("shard 1 of the view is empty"));
  EXPECT_THAT(CreateStatus(SpecFor(100, 1, 101), {100}), invalid("more than 1 epochs of 100"));
  EXPECT_THAT(CreateStatus(SpecFor(100, 0, 10), {100}), invalid("at least one"));
  EXPECT_THAT(CreateStatus(SpecFor(0, 1, 10), {}), invalid("at least one"));
  EXPECT_THAT(CreateStatus(SpecFor(100, UINT64_MAX / 2, 10), {100}), invalid("overflow"));
  PlanSpec spec = SpecFor(100, 1, 10);
  spec.lanes = 11;
  EXPECT_THAT(CreateStatus(spec, {100}), invalid("11 lanes do not fit"));
  spec.lanes = 0;
  EXPECT_THAT(CreateStatus(spec, {100}), invalid("0 lanes do not fit"));
}

// A batch larger than the view spans epochs; nothing is padded or dropped.
TEST(StagePlan, AGlobalBatchMayBeLargerThanTheView) {
  const StagePlan plan = StagePlan::Create(SpecFor(100, 5, 240), {100}).value();
  EXPECT_EQ(plan.steps(), 2u);
  EXPECT_EQ(plan.StepSize(0), 240u);
  EXPECT_EQ(plan.StepSize(1), 260u);
  EXPECT_EQ(plan.StepsToComplete(1), 1u);
  EXPECT_EQ(plan.StepsToComplete(3), 2u);
}

TEST(StagePlan, TheOrderChangesWithSeedStageAndEpoch) {
  const auto order = [](uint64_t seed, uint32_t stage, uint64_t epoch) {
    PlanSpec spec = SpecFor(5000, 3, 100, seed);
    spec.stage = stage;
    const StagePlan plan = StagePlan::Create(spec, EvenShards(5000, 1500)).value();
    std::vector<uint32_t> places;
    for (uint64_t slot = epoch * 5000; slot < epoch * 5000 + 200; ++slot) {
      places.push_back(plan.At(slot).shard * 10000 + plan.At(slot).position);
    }
    return places;
  };
  const auto base = order(1, 0, 0);
  EXPECT_EQ(base, order(1, 0, 0));
  EXPECT_NE(base, order(2, 0, 0));
  EXPECT_NE(base, order(1, 1, 0));
  EXPECT_NE(base, order(1, 0, 1));
}

// A region's window covers consecutive ordinals, so a lane's window touches few runs of 1,024 whatever the size.
TEST(StagePlan, ALaneReadsFewBlocksAtATime) {
  const StagePlan plan = StagePlan::Create(SpecFor(1000000, 1, 1024), EvenShards(1000000)).value();
  const uint32_t window = WindowSize(256);
  LaneCursor lane = plan.OpenLane(0, 0);  // Region 0, whose first window is whole.
  std::set<std::pair<uint32_t, uint32_t>> runs;
  for (uint32_t i = 0; i < window; ++i) {
    const PlannedSample sample = *lane.Next();
    runs.insert({sample.shard, sample.position / 1024});
  }
  EXPECT_LE(runs.size(), 3u);
}

std::string PlacesAt(const StagePlan& plan, const std::vector<uint64_t>& slots) {
  std::string places;
  for (uint64_t slot : slots) absl::StrAppend(&places, plan.At(slot).shard, ":", plan.At(slot).position, " ");
  return places;
}

// Pins the order, as a second program written from docs/protocols/plan.md computed it: a change here breaks the
// resumption of recorded runs, and must raise kPlanVersion.
TEST(StagePlan, TheOrderOfVersionOneIsFixed) {
  ASSERT_EQ(kPlanVersion, 1u);
  const StagePlan small = StagePlan::Create(SpecFor(10000, 2, 250, 42), {4096, 3000, 2904}).value();
  EXPECT_EQ(PlacesAt(small, {0, 1, 249, 250, 9999, 10000, 19999}), "2:39 2:41 0:3032 2:37 0:3062 1:1063 0:3040 ");
  EXPECT_EQ(small.Digest(), "b972f85b564dc6c4ae909441b4e953375fa24f03c8a9802d1746e937fc03fee0");
  PlanSpec spec = SpecFor(1100000, 2, 2048, 7);
  spec.stage = 1;
  const StagePlan large = StagePlan::Create(spec, EvenShards(1100000)).value();
  EXPECT_EQ(PlacesAt(large, {5, 16000, 100001, 1099999, 1100000, 1250000, 2199999}),
            "4:55282 14:33889 1:38933 9:16069 1:41815 12:37870 3:40679 ");
}

TEST(PlanDigest, IsTheSameForEqualPlansAndOtherForAnyOtherField) {
  const std::vector<uint32_t> sizes = {600, 400};
  const PlanSpec spec = SpecFor(1000, 2, 64);
  std::set<std::string> digests = {StagePlan::Create(spec, sizes)->Digest()};
  EXPECT_TRUE(digests.contains(StagePlan::Create(spec, sizes)->Digest()));
  std::vector<PlanSpec> others(7, spec);
  others[0].seed = 2;
  others[1].stage = 1;
  others[2].epochs = 3;
  others[3].global_batch = 65;
  others[4].lanes = 32;
  others[5].dataset_digest = "other";
  others[6].view_digest = "other";
  for (const PlanSpec& other : others) EXPECT_TRUE(digests.insert(StagePlan::Create(other, sizes)->Digest()).second);
  EXPECT_TRUE(digests.insert(StagePlan::Create(spec, {601, 399})->Digest()).second) << "other shards";
}

TEST(RegionWindow, SizeIsClamped) {
  EXPECT_EQ(WindowSize(1), 65536u);
  EXPECT_EQ(WindowSize(4), 65536u);
  EXPECT_EQ(WindowSize(8), 32768u);
  EXPECT_EQ(WindowSize(256), 1024u);
  EXPECT_EQ(WindowSize(1u << 20), 1u);
}

TEST(RegionWindow, AllLanesTogetherHoldNoMoreThan262144Places) {
  for (uint32_t lanes = 1; lanes <= 256; ++lanes) EXPECT_LE(WindowSize(lanes) * lanes, 1u << 18) << lanes;
}

TEST(RegionWindow, RegionsPartTheEpoch) {
  EXPECT_EQ(RegionStart(10, 4, 0), 0u);
  EXPECT_EQ(RegionStart(10, 4, 1), 3u);
  EXPECT_EQ(RegionStart(10, 4, 2), 6u);
  EXPECT_EQ(RegionStart(10, 4, 3), 8u);
  EXPECT_EQ(RegionStart(10, 4, 4), 10u);
}

// 256 lanes of 3,906 or 3,907 drawings: region k's first window is 4k short.
TEST(RegionWindow, TheFirstWindowIsShortByTheRegionsShareSoThatRefillsSpread) {
  EXPECT_EQ(WindowAt(1000000, 256, 0, 0), (RegionWindow{0, 0, 1024}));
  EXPECT_EQ(WindowAt(1000000, 256, 0, 1024), (RegionWindow{1, 1024, 2048}));
  EXPECT_EQ(WindowAt(1000000, 256, 64, 767), (RegionWindow{0, 0, 768}));
  EXPECT_EQ(WindowAt(1000000, 256, 64, 768), (RegionWindow{1, 768, 1792}));
  EXPECT_EQ(WindowAt(1000000, 256, 255, 3), (RegionWindow{0, 0, 4}));
  EXPECT_EQ(WindowAt(1000000, 256, 255, 3900), (RegionWindow{4, 3076, 3906}));
}

// Whatever the processor's vectors hold, and where the product needs all of its 64 bits.
TEST(ShuffleDraws, AreTheOnesDrawnOneByOne) {
  for (uint64_t round = 0; round < 200; ++round) {
    const uint64_t key = Mix64(round);
    const uint64_t first = round < 100 ? round + 1 : Mix64(key) % (UINT32_MAX - kShuffleDraws);
    const size_t count = 1 + round % kShuffleDraws;
    std::array<uint32_t, kShuffleDraws> draws{};
    DrawForShuffle(key, first, count, draws);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(draws[i], DrawBelow(key, first + i, first + i)) << round << " " << i;
  }
}

// The definition of docs/protocols/plan.md, item by item.
TEST(KeyedShuffle, SwapsFromTheLastItemDown) {
  for (size_t size : {0, 1, 2, 255, 256, 257, 1024, 1500}) {
    std::vector<uint32_t> items(size);
    std::iota(items.begin(), items.end(), 0u);
    std::vector<uint32_t> expected = items;
    for (uint64_t i = size; i > 1; --i) std::swap(expected[i - 1], expected[DrawBelow(77, i, i)]);
    KeyedShuffle(std::span<uint32_t>(items), 77);
    EXPECT_EQ(items, expected) << size;
  }
}

TEST(KeyedShuffle, IsUniformOverThePermutationsOfFour) {
  std::vector<int> counts(256, 0);
  constexpr int kDraws = 24000;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<uint8_t> items = {0, 1, 2, 3};
    KeyedShuffle(std::span<uint8_t>(items), PlanKey(9, PlanDomain::kWindow, {static_cast<uint64_t>(draw)}));
    ++counts[items[0] * 64 + items[1] * 16 + items[2] * 4 + items[3]];
  }
  double chi_square = 0;
  int seen = 0;
  for (int count : counts) {
    if (count == 0) continue;
    ++seen;
    chi_square += (count - kDraws / 24.0) * (count - kDraws / 24.0) / (kDraws / 24.0);
  }
  EXPECT_EQ(seen, 24);
  EXPECT_LT(chi_square, 60) << "23 degrees of freedom: p = 4e-5";
}

}  // namespace
}  // namespace doodle
