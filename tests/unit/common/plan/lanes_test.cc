#include "common/plan/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/plan/micro_batch.h"
#include "common/status/status.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(DefaultLanes, IsTheLargestDivisorUpTo256WhereThatIsLargeEnough) {
  EXPECT_EQ(DefaultLanes(1), 1u);
  EXPECT_EQ(DefaultLanes(48), 48u);
  EXPECT_EQ(DefaultLanes(64), 64u);
  EXPECT_EQ(DefaultLanes(256), 256u);
  EXPECT_EQ(DefaultLanes(300), 150u);
  EXPECT_EQ(DefaultLanes(1000), 250u);
  EXPECT_EQ(DefaultLanes(1024), 256u);
}

TEST(DefaultLanes, CutsABatchWithoutSuchADivisorAsEvenlyAsItCan) {
  EXPECT_EQ(DefaultLanes(257), 129u) << "prime: ceil(257 / 2)";
  EXPECT_EQ(DefaultLanes(509), 255u) << "prime: ceil(509 / 2)";
  EXPECT_EQ(DefaultLanes(1021), 256u) << "prime: ceil(1021 / 4)";
}

TEST(DefaultLanes, AlwaysLiesBetweenOneAndTheBatch) {
  for (uint64_t batch = 1; batch < 5000; ++batch) {
    const uint32_t lanes = DefaultLanes(batch);
    ASSERT_GE(lanes, std::min<uint64_t>(batch, 64)) << batch;
    ASSERT_LE(lanes, std::min<uint64_t>(batch, 256)) << batch;
  }
}

TEST(CheckRanks, AcceptsRanksThatGetTwoSamplesEach) {
  EXPECT_THAT(CheckRanks(1024, 256, 256), IsOk());
  EXPECT_THAT(CheckRanks(256, 256, 128), IsOk());
  EXPECT_THAT(CheckRanks(64, 64, 32), IsOk());
  EXPECT_THAT(CheckRanks(2, 2, 1), IsOk());
}

TEST(CheckRanks, NamesTheNearestGlobalBatchThatWorks) {
  const absl::Status status = CheckRanks(64, 64, 33);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nearest that does is 66")));
  EXPECT_EQ(FieldOf(status), "global_batch");
  EXPECT_THAT(CheckRanks(1, 1, 1), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nearest that does is 2")));
  EXPECT_THAT(CheckRanks(1020, DefaultLanes(1020), 256),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nearest that does is 1021")));
}

TEST(CheckRanks, SaysSoWhenNoGlobalBatchServesThatMany) {
  EXPECT_THAT(CheckRanks(100000, DefaultLanes(100000), 257),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 256 ranks")));
}

// What the message promises must hold, and nothing nearer may.
TEST(CheckRanks, TheNearestIsNearestForEveryBatch) {
  for (uint32_t ranks : {2u, 7u, 40u, 130u, 256u}) {
    for (uint64_t batch = 1; batch < 700; batch += batch < 40 ? 1 : 13) {
      const absl::Status status = CheckRanks(batch, DefaultLanes(batch), ranks);
      uint64_t distance = 0;
      const auto works = [&](uint64_t b) {
        return b >= 1 && ranks * LanesPerRankAtLeast(b, DefaultLanes(b)) <= DefaultLanes(b);
      };
      while (!works(batch + distance) && !(distance < batch && works(batch - distance))) ++distance;
      ASSERT_EQ(distance == 0, status.ok());
      if (status.ok()) continue;
      const uint64_t nearest = works(batch + distance) ? batch + distance : batch - distance;
      ASSERT_THAT(std::string(status.message()), HasSubstr(absl::StrCat("is ", nearest)));
    }
  }
}

TEST(LaneBoundaries, EqualWeightsDifferByAtMostOneLane) {
  EXPECT_THAT(LaneBoundaries(256, 1024, {1, 1}), ElementsAre(0, 128, 256));
  for (uint32_t ranks = 1; ranks <= 64; ++ranks) {
    const auto boundaries = LaneBoundaries(250, 1000, std::vector<double>(ranks, 0.7));
    ASSERT_EQ(boundaries.size(), ranks + 1);
    for (uint32_t r = 0; r < ranks; ++r) {
      EXPECT_GE(boundaries[r + 1] - boundaries[r], 250 / ranks);
      EXPECT_LE(boundaries[r + 1] - boundaries[r], (250 + ranks - 1) / ranks);
    }
  }
}

TEST(LaneBoundaries, FollowTheWeightsButLeaveEachRankItsLeast) {
  EXPECT_THAT(LaneBoundaries(256, 1024, {3, 1}), ElementsAre(0, 192, 256));
  EXPECT_THAT(LaneBoundaries(64, 64, {1000, 1, 1}), ElementsAre(0, 60, 62, 64));
  EXPECT_THAT(LaneBoundaries(64, 64, {1, 1, 1000}), ElementsAre(0, 2, 4, 64));
  EXPECT_THAT(LaneBoundaries(8, 8, {1, 1e9, 1, 1}), ElementsAre(0, 2, 4, 6, 8));
}

TEST(LaneBoundaries, RandomWeightsAlwaysCoverAllLanesOnce) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    std::mt19937_64 random(seed);
    const uint64_t batch = 2 + random() % 600;
    const uint32_t lanes = DefaultLanes(batch);
    const uint32_t least = LanesPerRankAtLeast(batch, lanes);
    std::vector<double> weights(1 + random() % (lanes / least));
    for (double& weight : weights) weight = std::exp(std::uniform_real_distribution<double>(-5, 5)(random));
    const auto boundaries = LaneBoundaries(lanes, batch, weights);
    ASSERT_EQ(boundaries.size(), weights.size() + 1) << "seed " << seed;
    EXPECT_EQ(boundaries.front(), 0u);
    EXPECT_EQ(boundaries.back(), lanes);
    for (size_t r = 0; r < weights.size(); ++r) ASSERT_GE(boundaries[r + 1], boundaries[r] + least) << "seed " << seed;
  }
}

TEST(LaneBoundaries, RefusesRanksThatDoNotFitAndWeightsThatAreNone) {
  EXPECT_THAT(LaneBoundaries(64, 64, std::vector<double>(33, 1)), IsEmpty());
  EXPECT_THAT(LaneBoundaries(64, 64, {}), IsEmpty());
  EXPECT_THAT(LaneBoundaries(64, 64, {1, 0}), IsEmpty());
  EXPECT_THAT(LaneBoundaries(64, 64, {1, std::numeric_limits<double>::quiet_NaN()}), IsEmpty());
  EXPECT_THAT(LaneBoundaries(64, 64, {1, std::numeric_limits<double>::infinity()}), IsEmpty());
}

TEST(MicroBatch, AutoIsTheLargestShareOfARankAtFullSize) {
  EXPECT_EQ(AutoMicroBatch(1024, 256, 8), 128u);
  EXPECT_EQ(AutoMicroBatch(1024, 256, 1), 1024u);
  EXPECT_EQ(AutoMicroBatch(509, 255, 2), 256u) << "128 lanes of up to 2 samples";
  EXPECT_EQ(AutoMicroBatch(64, 64, 32), 3u) << "never below the smallest";
}

TEST(MicroBatch, CutsEvenlyAndLeavesNoSingleSample) {
  EXPECT_THAT(MicroBatches(10, 4), ElementsAre(4, 3, 3));
  EXPECT_THAT(MicroBatches(8, 4), ElementsAre(4, 4));
  EXPECT_THAT(MicroBatches(3, 4), ElementsAre(3));
  EXPECT_THAT(MicroBatches(0, 4), IsEmpty());
  for (uint64_t limit = kSmallestMicroBatch; limit < 40; ++limit) {
    for (uint64_t samples = 2; samples < 200; ++samples) {
      const std::vector<uint64_t> sizes = MicroBatches(samples, limit);
      ASSERT_EQ(sizes.size(), (samples + limit - 1) / limit);
      ASSERT_EQ(std::accumulate(sizes.begin(), sizes.end(), uint64_t{0}), samples);
      ASSERT_LE(sizes.front(), limit);
      ASSERT_GE(sizes.back(), 2u) << samples << " by " << limit;
    }
  }
}

}  // namespace
}  // namespace doodle
