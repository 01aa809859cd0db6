#include "cli/text_table.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(TextTableTest, NumbersAreFlushRightAndNothingTrails) {
  TextTable table({"NAME", "STEP>", "REASON"});
  table.Add({"quick", "7", ""});
  table.Add({"a-longer-name", "1,620", "waits"});
  EXPECT_EQ(table.Text(),
            "NAME            STEP  REASON\n"
            "quick              7  -\n"
            "a-longer-name  1,620  waits\n");
}

TEST(TextTableTest, IndentedAndCountedInCharacters) {
  TextTable table({"WORD", "X"});
  table.Add({"é", "1"});
  EXPECT_EQ(table.Text(2), "  WORD  X\n  é     1\n");
}

TEST(TextTableTest, EmptyUntilARowIsAdded) {
  TextTable table({"NAME"});
  EXPECT_TRUE(table.empty());
  table.Add({"x"});
  EXPECT_FALSE(table.empty());
}

}  // namespace
}  // namespace doodle
