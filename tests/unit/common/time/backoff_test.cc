#include "common/time/backoff.h"

#include <limits>

#include "gtest/gtest.h"

namespace doodle {
namespace {

constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();

TEST(BackoffTest, DoublesFromTheFirstValueToTheCap) {
  const BackoffOptions options;
  EXPECT_NEAR(absl::ToDoubleMilliseconds(BackoffDelay(options, 0, kMost)), 100, 0.01);
  EXPECT_NEAR(absl::ToDoubleMilliseconds(BackoffDelay(options, 2, kMost)), 400, 0.01);
  EXPECT_NEAR(absl::ToDoubleMilliseconds(BackoffDelay(options, 4, kMost)), 1000, 0.01);
  EXPECT_NEAR(absl::ToDoubleMilliseconds(BackoffDelay(options, 1000000, kMost)), 1000, 0.01);
}

// Jitter keeps a fleet from coming back in one moment, and never makes a wait of nothing.
TEST(BackoffTest, JitterTakesAwayAtMostHalf) {
  EXPECT_EQ(BackoffDelay({}, 1, 0), absl::Milliseconds(100));
  EXPECT_NEAR(absl::ToDoubleMilliseconds(BackoffDelay({}, 1, kMost / 2)), 150, 0.01);
}

}  // namespace
}  // namespace doodle
