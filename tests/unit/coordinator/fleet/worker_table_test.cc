#include "coordinator/fleet/worker_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::Duration kStart = absl::Seconds(100);

WorkerInfo Info(const std::string& incarnation) {
  return {.id = "w1", .incarnation = incarnation, .slots = 2, .hostname = "host", .metrics_address = "host:7471"};
}

// Looks every 20 ms from `from` until `to`; what was found lost on the way.
std::vector<std::string> LookUntil(WorkerTable& table, absl::Duration from, absl::Duration to) {
  std::vector<std::string> lost;
  for (absl::Duration now = from; now <= to; now += absl::Milliseconds(20)) {
    for (const std::string& id : table.FindLost(now)) lost.push_back(id);
  }
  return lost;
}

TEST(WorkerTableTest, LosesAWorkerAfterTwoSilentSecondsAndTellsOnce) {
  WorkerTable table({});
  ASSERT_TRUE(table.Register(Info("i1"), kStart, absl::UnixEpoch()).ok());
  EXPECT_THAT(LookUntil(table, kStart, kStart + absl::Seconds(1)), IsEmpty());
  EXPECT_TRUE(table.Heartbeat("w1", "i1", kStart + absl::Seconds(1), absl::UnixEpoch()));
  EXPECT_THAT(LookUntil(table, kStart + absl::Seconds(1), kStart + absl::Milliseconds(2980)), IsEmpty());
  EXPECT_THAT(LookUntil(table, kStart + absl::Seconds(3), kStart + absl::Seconds(6)), ElementsAre("w1"));
  EXPECT_FALSE(table.IsLive("w1"));
}

// A coordinator that was stopped for five seconds must not take its own sleep for the workers' silence.
TEST(WorkerTableTest, ForgivesTheObserversOwnLateness) {
  WorkerTable table({});
  ASSERT_TRUE(table.Register(Info("i1"), kStart, absl::UnixEpoch()).ok());
  EXPECT_THAT(table.FindLost(kStart), IsEmpty());
  EXPECT_THAT(table.FindLost(kStart + absl::Seconds(5)), IsEmpty());
  EXPECT_THAT(LookUntil(table, kStart + absl::Milliseconds(5020), kStart + absl::Seconds(8)), ElementsAre("w1"));
}

TEST(WorkerTableTest, TellsAnUnknownOrLostWorkerToRegisterAgain) {
  WorkerTable table({});
  EXPECT_FALSE(table.Heartbeat("w1", "i1", kStart, absl::UnixEpoch()));
  ASSERT_TRUE(table.Register(Info("i1"), kStart, absl::UnixEpoch()).ok());
  LookUntil(table, kStart, kStart + absl::Seconds(3));
  EXPECT_FALSE(table.Heartbeat("w1", "i1", kStart + absl::Seconds(3), absl::UnixEpoch()));
  const auto again = table.Register(Info("i1"), kStart + absl::Seconds(4), absl::UnixEpoch());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->was_lost);
  EXPECT_FALSE(again->new_incarnation);
  EXPECT_TRUE(table.IsLive("w1"));
}

TEST(WorkerTableTest, RefusesASecondLiveIncarnationWithTheOthersAddress) {
  WorkerTable table({});
  ASSERT_TRUE(table.Register(Info("i1"), kStart, absl::UnixEpoch()).ok());
  const auto second = table.Register(Info("i2"), kStart, absl::UnixEpoch());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("host:7471"));
}

TEST(WorkerTableTest, AcceptsANewIncarnationOnceTheStreamOfTheOldOneClosed) {
  WorkerTable table({});
  ASSERT_TRUE(table.Register(Info("i1"), kStart, absl::UnixEpoch()).ok());
  table.Disconnect("w1", "i1");
  const auto second = table.Register(Info("i2"), kStart, absl::UnixEpoch());
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(second->new_incarnation);
  table.Disconnect("w1", "i1");  // Late news of the old stream.
  EXPECT_TRUE(table.IsLive("w1"));
}

// A trainer told to end holds its slot until it is gone: two trainers never share a device.
TEST(WorkerTableTest, FreesAReleasedSlotOnlyWhenNoTrainerIsNamedThere) {
  WorkerTable table({});
  ASSERT_TRUE(table.Register(Info("i1"), kStart, absl::UnixEpoch()).ok());
  table.Assign({"w1", 0}, "cats", 1, 0, kStart);
  table.MarkReleasing({"w1", 0}, kStart);
  table.FreeReleased("w1", {0}, kStart + absl::Seconds(5));
  EXPECT_TRUE(table.UseOf({"w1", 0}).has_value());
  table.FreeReleased("w1", {}, kStart + absl::Milliseconds(500));
  EXPECT_TRUE(table.UseOf({"w1", 0}).has_value()) << "the heartbeat may be older than the release";
  table.FreeReleased("w1", {}, kStart + absl::Seconds(5));
  EXPECT_FALSE(table.UseOf({"w1", 0}).has_value());
}

}  // namespace
}  // namespace doodle
