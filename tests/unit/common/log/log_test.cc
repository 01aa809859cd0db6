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

// A trainer's last words may hold anything; the log of the daemon that repeats them must stay one line of text.
TEST(LogTest, ControlCharactersAndBrokenTextAreEscaped) {
  for (const LogFormat format : {LogFormat::kKeyValue, LogFormat::kJson}) {
    InitLog("doodle-test", format);
    ::testing::internal::CaptureStderr();
    LogInfo("trainer exited", {{"why", absl::string_view("\r\x1b[2J\0\xff", 7)}});
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("\"\\u000d\\u001b[2J\\u0000?\""));
  }
}

}  // namespace
}  // namespace doodle
