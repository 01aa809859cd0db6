#include "coordinator/control/pending_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kNow = absl::Seconds(100);

TEST(PendingWorkTest, FindsWhatWasDroppedAndNotWhatIsUnderWay) {
  PendingWork pending;
  pending.Ask(
      "a", [] {}, kNow);
  pending.Ask(
      "b", [] {}, kNow);
  ASSERT_NE(pending.Begin("b"), nullptr);
  EXPECT_THAT(pending.Late(kNow + absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(pending.Late(kNow + absl::Seconds(2)), ElementsAre("a"));
  EXPECT_THAT(pending.Late(kNow + absl::Seconds(3)), IsEmpty());
  EXPECT_THAT(pending.Late(kNow + absl::Seconds(4)), ElementsAre("a"));
}

// The executor may hold it twice after it was asked for again.
TEST(PendingWorkTest, RunsOnceThoughQueuedTwice) {
  PendingWork pending;
  pending.Ask(
      "a", [] {}, kNow);
  ASSERT_NE(pending.Begin("a"), nullptr);
  EXPECT_EQ(pending.Begin("a"), nullptr);
  EXPECT_FALSE(pending.End("a"));
  EXPECT_EQ(pending.Begin("a"), nullptr);
  EXPECT_EQ(pending.size(), 0u);
}

TEST(PendingWorkTest, RunsOnceMoreWhenAskedForWhileUnderWay) {
  PendingWork pending;
  int first = 0;
  int second = 0;
  pending.Ask(
      "a", [&] { ++first; }, kNow);
  pending.Begin("a")();
  pending.Ask(
      "a", [&] { ++second; }, kNow);
  EXPECT_TRUE(pending.AskedAgain("a"));
  EXPECT_TRUE(pending.End("a"));
  pending.Begin("a")();
  EXPECT_FALSE(pending.End("a"));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

}  // namespace
}  // namespace doodle
