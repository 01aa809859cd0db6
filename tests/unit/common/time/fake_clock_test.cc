#include "tests/testing/fake_clock.h"

#include <thread>

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(FakeClockTest, MovesOnlyOnCommand) {
  FakeClock clock;
  const absl::Time start = clock.Now();
  EXPECT_EQ(clock.SteadyNow(), absl::ZeroDuration());
  clock.Advance(absl::Hours(3));
  EXPECT_EQ(clock.Now() - start, absl::Hours(3));
}

TEST(FakeClockTest, AWaitEndsWhenItsDeadlineIsReachedByCommand) {
  FakeClock clock;
  absl::Mutex mu;
  bool never = false;
  std::thread mover([&] { clock.Advance(absl::Seconds(10)); });
  {
    absl::MutexLock lock(&mu);
    EXPECT_FALSE(clock.AwaitUntil(mu, absl::Condition(&never), absl::Seconds(10)));
  }
  mover.join();
}

TEST(RealClockTest, SteadyTimeDoesNotStepBack) {
  const absl::Duration first = RealClock().SteadyNow();
  EXPECT_GE(RealClock().SteadyNow(), first);
}

}  // namespace
}  // namespace doodle
