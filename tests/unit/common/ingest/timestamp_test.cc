#include "common/ingest/timestamp.h"

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

TEST(Timestamp, ReadsFractionsOfAnyLengthRoundedDown) {
  const struct {
    const char* text;
    int64_t milliseconds;
  } cases[] = {
      {"1970-01-01 00:00:00 UTC", 0},
      {"2017-03-02 23:25:10 UTC", 1488497110000},
      {"2017-03-02 23:25:10", 1488497110000},
      {"2017-03-02 23:25:10.07453 UTC", 1488497110074},
      {"2017-03-02 23:25:10.9999 UTC", 1488497110999},
      {"2017-03-02 23:25:10.5 UTC", 1488497110500},
      {"2016-02-29 00:00:00.0 UTC", 1456704000000},
  };
  for (const auto& c : cases) {
    ASSERT_OK_AND_ASSIGN(const int64_t milliseconds, ParseTimestamp(c.text));
    EXPECT_EQ(milliseconds, c.milliseconds) << c.text;
  }
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2017-03-02", "2017-02-29 00:00:00", "2017-13-01 00:00:00", "2017-03-02 24:00:00", "2017-03-02 00:60:00",
        "2017-03-02 00:00:60", "1969-12-31 23:59:59", "2017-03-02T23:25:10", "2017-03-02 23:25:10.",
        "2017-03-02 23:25:10.x", "2017-03-02 23:25:10.0123456789", "2017-03-02 23:25:10 CET", "2o17-03-02 23:25:10"}) {
    EXPECT_THAT(ParseTimestamp(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace doodle
