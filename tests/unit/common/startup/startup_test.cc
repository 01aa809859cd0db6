#include "common/startup/startup.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <vector>

#include "gtest/gtest.h"

namespace doodle {
namespace {

std::optional<int> Start(std::vector<std::string> words, StartupOptions& options) {
  CLI::App app{"A daemon"};
  AddStartupOptions(app, options);
  std::vector<char*> arguments;
  words.insert(words.begin(), "doodle-test");
  for (std::string& word : words) arguments.push_back(word.data());
  return StartUp(app, static_cast<int>(arguments.size()), arguments.data(), "doodle-test", options);
}

TEST(StartupTest, HelpAndVersionEndWithZeroAndWrongUsageWithTwo) {
  StartupOptions options;
  EXPECT_EQ(Start({"--help"}, options), 0);
  EXPECT_EQ(Start({"--version"}, options), 0);
  EXPECT_EQ(Start({"--no-such-option"}, options), 2);
  EXPECT_EQ(Start({"--log-format", "xml"}, options), 2);
}

// The exit codes of a daemon's children would be lost with SIGCHLD ignored.
TEST(StartupTest, ADaemonGoesOnWithItsSignalsRight) {
  std::signal(SIGCHLD, SIG_IGN);
  StartupOptions options;
  EXPECT_EQ(Start({"--log-format", "json"}, options), std::nullopt);
  EXPECT_EQ(options.log_format, "json");
  EXPECT_EQ(std::signal(SIGCHLD, SIG_DFL), SIG_DFL);
}

// Whether what was asked for was wrong, or the daemon's work failed.
TEST(StartupTest, TheExitCodeSaysWhoseFaultItWas) {
  EXPECT_EQ(EndOf("doodle-test", absl::OkStatus()), 0);
  EXPECT_EQ(EndOf("doodle-test", absl::InvalidArgumentError("--host: not loopback")), 2);
  EXPECT_EQ(EndOf("doodle-test", absl::NotFoundError("--trainer: no program")), 2);
  EXPECT_EQ(EndOf("doodle-test", absl::UnavailableError("the port is taken")), 1);
}

}  // namespace
}  // namespace doodle
