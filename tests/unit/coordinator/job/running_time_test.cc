#include "coordinator/job/running_time.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

using absl::Seconds;

GangWaits Waited(double data, double checkpoint) { return {Seconds(data), Seconds(checkpoint)}; }

void ExpectShares(const TimeShares& shares, double productive, double data_wait, double checkpoint) {
  EXPECT_EQ(shares.productive, Seconds(productive));
  EXPECT_EQ(shares.data_wait, Seconds(data_wait));
  EXPECT_EQ(shares.checkpoint, Seconds(checkpoint));
}

TEST(RunningTimeTest, WaitsAreTakenOffTheProductiveTime) {
  RunningTime time;
  time.Formed();
  ExpectShares(time.Split(Seconds(1), std::nullopt), 1, 0, 0);
  ExpectShares(time.Split(Seconds(10), Waited(2, 1)), 7, 2, 1);
  ExpectShares(time.Split(Seconds(10), Waited(2, 1.5)), 9.5, 0, 0.5);
}

// A new generation's trainers count from 0 again.
TEST(RunningTimeTest, CountersThatStartAgainInTheNextGeneration) {
  RunningTime time;
  time.Formed();
  time.Split(Seconds(10), Waited(5, 1));
  time.Formed();
  ExpectShares(time.Split(Seconds(10), Waited(3, 0)), 7, 3, 0);
}

TEST(RunningTimeTest, AReportThatComesAfterTheTimeWasDividedIsCountedLater) {
  RunningTime time;
  time.Formed();
  ExpectShares(time.Split(Seconds(1), Waited(3, 1)), 0, 1, 0);
  ExpectShares(time.Split(Seconds(5), Waited(3, 1)), 2, 2, 1);
}

// Hours that an earlier coordinator has counted must not swallow the time from now on.
TEST(RunningTimeTest, AfterARestartOnlyWhatComesNewCounts) {
  RunningTime time;
  ExpectShares(time.Split(Seconds(1), std::nullopt), 1, 0, 0);
  ExpectShares(time.Split(Seconds(1), Waited(3600, 60)), 1, 0, 0);
  ExpectShares(time.Split(Seconds(2), Waited(3601, 60)), 1, 1, 0);
}

TEST(RunningTimeTest, ACounterThatFallsBackTakesNothing) {
  RunningTime time;
  time.Formed();
  time.Split(Seconds(10), Waited(5, 0));
  ExpectShares(time.Split(Seconds(10), Waited(1, 0)), 10, 0, 0);
}

}  // namespace
}  // namespace doodle
