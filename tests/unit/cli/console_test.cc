#include "cli/console.h"

#include <sstream>

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(ConsoleTest, DataAndMessagesEndWithALineBreak) {
  std::ostringstream out, error;
  Console console(out, error, Console::Options{});
  console.Data("one");
  console.Data("two\n");
  console.Message("three");
  EXPECT_EQ(out.str(), "one\ntwo\n");
  EXPECT_EQ(error.str(), "three\n");
}

TEST(ConsoleTest, NothingTransientOffATerminal) {
  std::ostringstream out, error;
  Console console(out, error, Console::Options{});
  console.Transient("50 %");
  console.ClearTransient();
  EXPECT_EQ(error.str(), "");
}

TEST(ConsoleTest, TransientLineIsClearedBeforeAnythingElse) {
  std::ostringstream out, error;
  Console console(out, error, Console::Options{.error_is_terminal = true});
  console.Transient("50 %");
  console.Data("done");
  console.Data("more");
  EXPECT_EQ(error.str(), "\r\x1b[K50 %\r\x1b[K");
  EXPECT_EQ(out.str(), "done\nmore\n");
}

TEST(ConsoleTest, PaintsOnlyWithColor) {
  std::ostringstream out, error;
  EXPECT_EQ(Console(out, error, Console::Options{}).Paint(Color::kRed, "x"), "x");
  EXPECT_EQ(Console(out, error, Console::Options{.color = true}).Paint(Color::kRed, "x"), "\x1b[31mx\x1b[0m");
}

}  // namespace
}  // namespace doodle
