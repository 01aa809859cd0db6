// Every kind of record that must be refused is refused with its file, line and reason in each text format, and the
// record behind it is read; what only looks wrong is read.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/line_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

constexpr char kGood[] = "[[[1,2],[3,4]]]";

std::string JsonLine(const std::string& word, const std::string& strokes) {
  return absl::StrCat(R"({"key_id":"7","word":")", word, R"(","drawing":)", strokes, "}\n");
}

std::string CsvRow(const std::string& word, const std::string& strokes) {
  return absl::StrCat("7,", word, ",\"", strokes, "\"\n");
}

class BadRecords : public ::testing::Test {
 protected:
  std::unique_ptr<DrawingReader> Open(const std::string& name, const std::string& text) {
    WriteText(directory_.File(name), text);
    return *DrawingReader::Open({directory_.File(name)});
  }

  // `line` is the second drawing of the file.
  void ExpectRefused(const std::string& name, const std::string& text, uint64_t line, const std::string& reason) {
    const auto reader = Open(name, text);
    Drawing drawing;
    EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true)) << reason;
    EXPECT_THAT(reader->Next(drawing), StatusIs(absl::StatusCode::kInvalidArgument)) << name << ": " << reason;
    EXPECT_EQ(reader->bad_line().file, directory_.File(name));
    EXPECT_EQ(reader->bad_line().line, line) << reason;
    EXPECT_THAT(reader->bad_line().reason, HasSubstr(reason));
    EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true)) << name << ": " << reason;
    EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(false));
  }

  void ExpectRefusedEverywhere(const std::string& word, const std::string& strokes, const std::string& reason) {
    ExpectRefused("a.ndjson", JsonLine("cat", kGood) + JsonLine(word, strokes) + JsonLine("cat", kGood), 2, reason);
    ExpectRefused("a.csv",
                  "key_id,word,drawing\n" + CsvRow("cat", kGood) + CsvRow(word, strokes) + CsvRow("cat", kGood), 3,
                  reason);
  }
  TemporaryDirectory directory_;
};

TEST_F(BadRecords, ADrawingOrAStrokeWithoutPoints) {
  ExpectRefusedEverywhere("cat", "[]", "no strokes");
  ExpectRefusedEverywhere("cat", "[[[],[]]]", "stroke 0: is empty");
  ExpectRefusedEverywhere("cat", "[[[1],[2],[0]],[[],[],[]]]", "stroke 1: is empty");
}

TEST_F(BadRecords, CoordinatesThatAreNoNumberHugeOrNegative) {
  ExpectRefusedEverywhere("cat", "[[[NaN],[1]]]", "a coordinate is not");
  ExpectRefusedEverywhere("cat", "[[[1],[NaN],[0]]]", "a coordinate is not");
  ExpectRefusedEverywhere("cat", "[[[1e400],[1]]]", "a coordinate is not");
  ExpectRefusedEverywhere("cat", "[[[99999999999999999999],[1]]]", "a coordinate is not");
  ExpectRefusedEverywhere("cat", "[[[1],[-1]]]", "coordinate -1 is not in 0..255");
  ExpectRefusedEverywhere("cat", "[[[0,2000000],[0,0],[0,7]]]", "coordinate");
}

TEST_F(BadRecords, AMillionPoints) {
  std::string numbers = "1";
  for (int i = 1; i < 1'000'000; ++i) numbers += ",1";
  ExpectRefusedEverywhere("cat", "[[[" + numbers + "],[" + numbers + "]]]", "more than 65536 points");
}

TEST_F(BadRecords, ALineLongerThanTheLimit) {
  ExpectRefusedEverywhere("cat", "[[[" + std::string(kMaxLineBytes, '1') + "],[1]]]", "longer than");
}

TEST_F(BadRecords, ALabelThatIsNoTextOrTooLong) {
  ExpectRefusedEverywhere("caf\xff", kGood, "UTF-8");
  ExpectRefusedEverywhere(std::string(101, 'a'), kGood, "word");
}

TEST_F(BadRecords, AStrokeOfOnePointIsLegal) {
  Drawing drawing;
  ASSERT_THAT(Open("a.ndjson", JsonLine("cat", "[[[7],[8]]]"))->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(drawing.points(), 1U);
  ASSERT_THAT(Open("a.csv", "key_id,word,drawing\n" + CsvRow("cat", "[[[7],[8]]]"))->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(drawing.points(), 1U);
}

TEST_F(BadRecords, ATimeThatRunsBackIsLegalAndMarked) {
  const std::string strokes = "[[[0,9],[0,0],[50,20]]]";
  Drawing drawing;
  ASSERT_THAT(Open("a.ndjson", JsonLine("cat", strokes))->Next(drawing), IsOkAndHolds(true));
  EXPECT_TRUE(drawing.times_clamped);
  ASSERT_THAT(Open("a.csv", "key_id,word,drawing\n" + CsvRow("cat", strokes))->Next(drawing), IsOkAndHolds(true));
  EXPECT_TRUE(drawing.times_clamped);
}

}  // namespace
}  // namespace doodle
