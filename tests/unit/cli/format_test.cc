#include "cli/format.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(FormatTest, CountsHaveSeparators) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1000), "1,000");
  EXPECT_EQ(CountText(137207), "137,207");
  EXPECT_EQ(CountText(1234567), "1,234,567");
}

TEST(FormatTest, BytesInPowersOfTen) {
  EXPECT_EQ(BytesText(999), "999 B");
  EXPECT_EQ(BytesText(1000), "1.0 kB");
  EXPECT_EQ(BytesText(999'999), "1.0 MB");
  EXPECT_EQ(BytesText(43'100'000), "43.1 MB");
}

TEST(FormatTest, DurationsLosePrecisionAsTheyGrow) {
  EXPECT_EQ(DurationText(absl::Milliseconds(420)), "0.42 s");
  EXPECT_EQ(DurationText(absl::Milliseconds(12340)), "12.3 s");
  EXPECT_EQ(DurationText(absl::Seconds(247)), "4m07s");
  EXPECT_EQ(DurationText(absl::Minutes(192)), "3h12m");
}

TEST(FormatTest, TimesAreUtcAndNoTimeIsEmpty) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(TimeText(time), "");
  time.set_seconds(1767225600);
  EXPECT_EQ(TimeText(time), "2026-01-01 00:00:00");
}

TEST(FormatTest, SharesRatesAndScores) {
  EXPECT_EQ(ShareText(0.513), "51.3 %");
  EXPECT_EQ(RateText(0.002), "2.0e-03");
  EXPECT_EQ(ScoreText(0.9534), "0.953");
  EXPECT_EQ(ShortDigest("0123456789abcdef"), "0123456789ab");
}

}  // namespace
}  // namespace doodle
