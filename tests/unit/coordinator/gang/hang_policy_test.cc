#include "coordinator/gang/hang_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doodle {
namespace {

using ::testing::HasSubstr;

// Two ranks after 30 steps of at most 2 s: rank 1 computes, rank 0 has contributed to one collective more.
std::vector<RankActivity> Ranks(absl::Duration unchanged) {
  RankActivity first{0, 121, 30, RankPhase::kStep, absl::Seconds(2), unchanged};
  RankActivity second{1, 120, 30, RankPhase::kStep, absl::Seconds(1), unchanged};
  return {first, second};
}

TEST(HangPolicyTest, NamesTheRankThatTheOthersWaitFor) {
  EXPECT_FALSE(JudgeHang(Ranks(absl::Seconds(9.9)), 2, {}));
  const auto verdict = JudgeHang(Ranks(absl::Seconds(10)), 2, {});  // Five times the slower p99.
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rank, 1u);
  EXPECT_EQ(verdict->message,
            "rank 1 did not arrive at collective 121: in a step for 10s, rank 0 has contributed to 121");
}

TEST(HangPolicyTest, WaitsAtLeastFiveSecondsForAStep) {
  auto ranks = Ranks(absl::Seconds(4.9));
  for (RankActivity& rank : ranks) rank.step_p99 = absl::Milliseconds(10);
  EXPECT_FALSE(JudgeHang(ranks, 2, {}));
  for (RankActivity& rank : ranks) rank.unchanged = absl::Seconds(5);
  EXPECT_TRUE(JudgeHang(ranks, 2, {}));
}

// One rank that moves, such as by evaluating, is progress of all.
TEST(HangPolicyTest, NothingHangsWhileAnyRankMoves) {
  auto ranks = Ranks(absl::Minutes(3));
  ranks[1].unchanged = absl::Seconds(1);
  EXPECT_FALSE(JudgeHang(ranks, 2, {}));
}

TEST(HangPolicyTest, GivesTheFirstStepsTwoMinutes) {
  auto ranks = Ranks(absl::Seconds(119));
  ranks[1].steps = 19;
  EXPECT_FALSE(JudgeHang(ranks, 2, {}));
  ranks[0].unchanged = ranks[1].unchanged = absl::Seconds(120);
  EXPECT_TRUE(JudgeHang(ranks, 2, {}));
}

// A last checkpoint on a slow disk, with the other rank at the barrier.
TEST(HangPolicyTest, LetsACheckpointTakeItsTime) {
  auto ranks = Ranks(absl::Minutes(12));
  ranks[1].phase = RankPhase::kCheckpoint;
  EXPECT_FALSE(JudgeHang(ranks, 2, {}));
}

TEST(HangPolicyTest, NamesNobodyWhenAllHaveContributed) {
  auto ranks = Ranks(absl::Seconds(20));
  ranks[1].sequence = 121;
  const auto verdict = JudgeHang(ranks, 2, {});
  ASSERT_TRUE(verdict);
  EXPECT_FALSE(verdict->rank);
  EXPECT_THAT(verdict->message, HasSubstr("get no answer"));
}

TEST(HangPolicyTest, DoesNotJudgeBeforeEveryRankWasHeard) {
  auto ranks = Ranks(absl::Minutes(5));
  ranks.pop_back();
  EXPECT_FALSE(JudgeHang(ranks, 2, {}));
  EXPECT_EQ(JudgeHang(ranks, 1, {})->rank, 0u);
}

}  // namespace
}  // namespace doodle
