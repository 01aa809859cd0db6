#include "common/log/log.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Logged(LogFormat format) {
  InitLog("doodle-test", format);
  ::testing::internal::CaptureStderr();
  LogWarning("worker lost", {{"worker", "w 1"}, {"generation", 7}, {"why", "said \"no\"\n"}});
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogTest, KeyValueLinesQuoteOnlyWhatNeedsIt) {
  const std::string line = Logged(LogFormat::kKeyValue);
  EXPECT_THAT(line, StartsWith("time=20"));
  EXPECT_THAT(line, EndsWith("level=warning program=doodle-test event=\"worker lost\" worker=\"w 1\" generation=7 "
                             "why=\"said \\\"no\\\"\\n\"\n"));
}

TEST(LogTest, JsonLinesAreOneObjectEach) {
  const std::string line = Logged(LogFormat::kJson);
  EXPECT_THAT(line, StartsWith("{\"time\":\"20"));
  EXPECT_THAT(line, HasSubstr("\"event\":\"worker lost\",\"worker\":\"w 1\",\"generation\":\"7\""));
  EXPECT_THAT(line, EndsWith("\"}\n"));
}

}  // namespace
}  // namespace doodle
