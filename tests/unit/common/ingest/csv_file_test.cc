#include "common/ingest/csv_file.h"

#include <string>
#include <vector>

#include "common/ingest/drawing_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kHeader[] = "countrycode,drawing,key_id,recognized,timestamp,word\n";
constexpr char kTail[] = ",2017-03-02 23:25:10.07453,The Eiffel Tower\n";
constexpr char kStrokes[] = R"("[[[17, 18], [3, 4]], [[5], [6]]]")";

class CsvFileTest : public ::testing::Test {
 protected:
  std::unique_ptr<DrawingReader> Open(const std::string& text) {
    WriteText(directory_.File("t.csv"), text);
    return *DrawingReader::Open({directory_.File("t.csv")});
  }
  TemporaryDirectory directory_;
};

TEST(SplitCsvLine, TakesQuotesOffAndKeepsEmptyFields) {
  std::vector<std::string> fields(9);
  ASSERT_THAT(SplitCsvLine(R"(a,"b, ""c""",,)", fields), IsOk());
  EXPECT_THAT(fields, ElementsAre("a", "b, \"c\"", "", ""));
  EXPECT_THAT(SplitCsvLine(R"(a,"b)", fields), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not closed")));
  EXPECT_THAT(SplitCsvLine(R"("a"b)", fields), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("closing")));
}

TEST_F(CsvFileTest, ARowHasAllItsFields) {
  const auto reader = Open(std::string(kHeader) + "VE," + kStrokes + ",5201136883597312,False" + kTail);
  Drawing drawing;
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(drawing.key_id, 5201136883597312U);
  EXPECT_EQ(drawing.word, "The Eiffel Tower");
  EXPECT_EQ(drawing.country_code, "VE");
  EXPECT_EQ(drawing.recognized, Drawing::Recognized::kFalse);
  EXPECT_EQ(drawing.timestamp_ms / 1000, 1488497110);
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(2, 1));
  EXPECT_THAT(drawing.x, ElementsAre(17, 18, 5));
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(false));
}

TEST_F(CsvFileTest, AMissingCountryIsLegalAndColumnsComeInAnyOrder) {
  Drawing drawing;
  EXPECT_THAT(Open(std::string(kHeader) + "," + kStrokes + ",7,True" + kTail)->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(drawing.country_code, "");
  EXPECT_THAT(Open(std::string("\xEF\xBB\xBFkey_id,other,word,drawing\r\n7,x,cat,") + kStrokes + "\r\n")->Next(drawing),
              IsOkAndHolds(true));
  EXPECT_EQ(drawing.word, "cat");
  EXPECT_EQ(drawing.recognized, Drawing::Recognized::kUnknown);
}

TEST_F(CsvFileTest, ATestTableIsReadWithoutWords) {
  Drawing drawing;
  EXPECT_THAT(Open(std::string("key_id,countrycode,drawing\n9000003627287624,DE,") + kStrokes + "\n")->Next(drawing),
              IsOkAndHolds(true));
  EXPECT_EQ(drawing.word, "");
}

TEST_F(CsvFileTest, ARawRowIsSimplifiedAndKeepsItsTimes) {
  Drawing drawing;
  EXPECT_THAT(Open("key_id,drawing\n7,\"[[[10.5, 500], [20, 300.25], [0, 40]]]\"\n")->Next(drawing),
              IsOkAndHolds(true));
  EXPECT_THAT(drawing.times_ms, ElementsAre(0, 40));
}

TEST_F(CsvFileTest, ABadRowIsNamedByItsLineAndTheNextOneRead) {
  for (const char* const bad : {"VE,1", "VE,[],7,Maybe,,cat", "VE,\"[[[1],[2]]],\"\"word\"\":\"\"x\"\"\",7,True,,cat",
                                "VE,oops,7,True,,cat", "VE,\"[[[1],[2]]]\",7,True,,a\\b"}) {
    const auto reader = Open(std::string(kHeader) + bad + "\nVE," + kStrokes + ",8,True" + kTail);
    Drawing drawing;
    EXPECT_THAT(reader->Next(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("t.csv:2: "))) << bad;
    EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
    EXPECT_EQ(drawing.key_id, 8U);
  }
}

TEST_F(CsvFileTest, ATableWithoutItsColumnsIsRefused) {
  Drawing drawing;
  for (const char* const text : {"", "word,key_id\ncat,7\n", "key_id,key_id,drawing\n"}) {
    EXPECT_THAT(Open(text)->Next(drawing), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("t.csv: ")))
        << text;
  }
}

}  // namespace
}  // namespace doodle
