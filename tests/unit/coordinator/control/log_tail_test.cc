#include "coordinator/control/log_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LogTailTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(LocalFileSystem(), directory_.File(name), text).ok());
  }
  static std::vector<std::string> Texts(const std::vector<LogLine>& lines) {
    std::vector<std::string> texts;
    for (const LogLine& line : lines) texts.push_back(line.text);
    return texts;
  }

  TemporaryDirectory directory_;
};

TEST_F(LogTailTest, GivesTheLastLinesThenOnlyWhatIsNew) {
  Write("g1-r0.log", "a\nb\nc\n");
  LogTail tail(LocalFileSystem(), directory_.path(), std::nullopt);
  EXPECT_THAT(Texts(tail.Last(2)), ElementsAre("b", "c"));
  EXPECT_THAT(tail.More(), IsEmpty());
  Write("g1-r0.log", "a\nb\nc\nd\nhalf");
  EXPECT_THAT(Texts(tail.More()), ElementsAre("d"));
  Write("g1-r0.log", "a\nb\nc\nd\nhalf and half\n");
  EXPECT_THAT(Texts(tail.More()), ElementsAre("half and half"));
}

TEST_F(LogTailTest, OrdersByGenerationThenRankAndPicksARank) {
  Write("g000010-r0.log", "late\n");
  Write("g000002-r1.log", "early one\n");
  Write("g000002-r0.log", "early zero\n");
  Write("notes.txt", "not a log\n");
  LogTail all(LocalFileSystem(), directory_.path(), std::nullopt);
  EXPECT_THAT(Texts(all.Last(10)), ElementsAre("early zero", "early one", "late"));
  LogTail one(LocalFileSystem(), directory_.path(), 1);
  EXPECT_THAT(Texts(one.Last(10)), ElementsAre("early one"));
}

// A progress bar that never ends its line stopped the log of its rank for good.
TEST_F(LogTailTest, ALineLongerThanARead) {
  Write("g1-r0.log", "start\n");
  LogTail tail(LocalFileSystem(), directory_.path(), std::nullopt);
  EXPECT_THAT(Texts(tail.Last(1)), ElementsAre("start"));
  const std::string bar((256 << 10) + 5, '#');
  Write("g1-r0.log", "start\n" + bar + "\nend\n");
  EXPECT_THAT(Texts(tail.More()), ElementsAre(bar.substr(5)));
  EXPECT_THAT(Texts(tail.More()), ElementsAre("#####", "end"));
  EXPECT_THAT(tail.More(), IsEmpty());
}

// A message with other strings does not parse at the client, whose log ended there.
TEST_F(LogTailTest, BytesThatAreNoText) {
  Write("g1-r0.log", "core \xff\xfe dumped\n");
  LogTail tail(LocalFileSystem(), directory_.path(), std::nullopt);
  EXPECT_THAT(Texts(tail.Last(1)), ElementsAre("core ?? dumped"));
}

TEST_F(LogTailTest, FindsNothingWhereThereIsNoDirectory) {
  LogTail tail(LocalFileSystem(), directory_.File("none"), std::nullopt);
  EXPECT_THAT(tail.Last(10), IsEmpty());
}

}  // namespace
}  // namespace doodle
