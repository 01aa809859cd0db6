#include "worker/gang/leader_policy.h"

#include <gtest/gtest.h>

namespace doodle {
namespace {

MemberState At(uint64_t generation, uint64_t step) { return {true, {generation, step}, {"p", "o"}, "", ""}; }

TEST(LeaderPolicyTest, AMemberStateSurvivesTheWayThroughTheGroup) {
  const MemberState state{true, {7, 12345}, {"abc", "def"}, "checkpoint:step-1", "line one\nline two"};
  const absl::StatusOr<MemberState> decoded = DecodeMemberState(EncodeMemberState(state));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, state);
}

TEST(LeaderPolicyTest, BytesOfAnotherVersionAreRefused) {
  EXPECT_EQ(DecodeMemberState("member2\n1").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeMemberState("").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(LeaderPolicyTest, OnATieTheLowestRankLeads) {
  const History history = {{0, 0}, {1, 0}};
  EXPECT_EQ(ChooseLeader(history, {At(1, 3), At(1, 5), At(1, 5)}), 1u);
}

TEST(LeaderPolicyTest, NobodyLeadsWhenNobodyIsOnTheLine) {
  EXPECT_EQ(ChooseLeader({{0, 0}, {2, 0}}, {At(1, 3), MemberState{}}), std::nullopt);
}

// A source behind the survivors is not needed; one that is not part of the history is not wanted.
TEST(LeaderPolicyTest, OnlyASourceOnTheLineAndAheadIsLoaded) {
  const History history = {{0, 0}, {1, 0}};
  EXPECT_FALSE(MustLoad(history, {At(1, 5)}, RestoreSource{"c", {1, 4}}));
  EXPECT_TRUE(MustLoad(history, {At(1, 5)}, RestoreSource{"c", {1, 6}}));
  EXPECT_FALSE(MustLoad(history, {At(1, 5)}, RestoreSource{"c", {4, 6}}));
  EXPECT_TRUE(MustLoad(history, {MemberState{}}, std::nullopt));
}

}  // namespace
}  // namespace doodle
