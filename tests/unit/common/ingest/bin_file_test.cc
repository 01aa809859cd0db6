#include "common/ingest/bin_file.h"

#include <string>

#include "absl/strings/escaping.h"
#include "common/ingest/drawing_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Key 5201136883597312 of VE, recognized, two strokes of 2 and 1 points: 27 bytes.
const std::string kRecord = absl::HexStringToBytes("0000600c687a1200564501d6a9b858020002008271482801000708");

class BinFileTest : public ::testing::Test {
 protected:
  std::unique_ptr<DrawingReader> Open(const std::string& name, const std::string& bytes) {
    WriteText(directory_.File(name), bytes);
    return *DrawingReader::Open({directory_.File(name)});
  }
  TemporaryDirectory directory_;
};

TEST_F(BinFileTest, ARecordHasAllItsFieldsAndTheWordOfTheFileName) {
  const auto reader = Open("full_binary_ice cream.bin", kRecord + kRecord);
  Drawing drawing;
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(drawing.key_id, 5201136883597312U);
  EXPECT_EQ(drawing.word, "ice cream");
  EXPECT_EQ(drawing.country_code, "VE");
  EXPECT_EQ(drawing.recognized, Drawing::Recognized::kTrue);
  EXPECT_EQ(drawing.timestamp_ms, 1488497110000);
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(2, 1));
  EXPECT_THAT(drawing.x, ElementsAre(130, 113, 7));
  EXPECT_THAT(drawing.y, ElementsAre(72, 40, 8));
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(reader->line(), 2U);
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(false));
}

TEST_F(BinFileTest, GzipIsReadToo) {
  AppendGzip(directory_.File("cat.bin.gz"), kRecord);
  const auto reader = *DrawingReader::Open({directory_.path()});
  Drawing drawing;
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
  EXPECT_EQ(drawing.word, "cat");
}

TEST_F(BinFileTest, AKeyThatBeginsAsGzipDoesIsStillAKey) {
  Drawing drawing;
  EXPECT_THAT(Open("cat.bin", "\x1f\x8b" + kRecord.substr(2))->Next(drawing), IsOkAndHolds(true));
}

TEST_F(BinFileTest, AFileCutAnywhereInARecordIsDataLossWithTheOffset) {
  for (size_t size = 1; size < kRecord.size(); ++size) {
    const auto reader = Open("cat.bin", kRecord + kRecord.substr(0, size));
    Drawing drawing;
    EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
    const auto next = reader->Next(drawing);
    EXPECT_THAT(next, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("cat.bin: at byte 27: "))) << size;
    EXPECT_THAT(next.status().message(), HasSubstr("truncated record")) << size;
  }
}

TEST_F(BinFileTest, ABadRecordIsNamedAndTheNextOneRead) {
  std::string bad = kRecord;
  bad[10] = 7;
  const auto reader = Open("cat.bin", kRecord + bad + kRecord);
  Drawing drawing;
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
  EXPECT_THAT(reader->Next(drawing),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cat.bin:2: at byte 27: recognized")));
  EXPECT_THAT(reader->Next(drawing), IsOkAndHolds(true));
}

TEST_F(BinFileTest, ADrawingWithoutStrokesIsBadAndOneTooLongEndsTheFile) {
  Drawing drawing;
  EXPECT_THAT(Open("cat.bin", kRecord.substr(0, 15) + std::string(2, '\0'))->Next(drawing),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no strokes")));
  const std::string huge = "\xff\xff" + std::string(2 * 65535, 'a');
  EXPECT_THAT(Open("cat.bin", kRecord.substr(0, 15) + "\xff\xff" + huge + huge)->Next(drawing),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("stroke 1: more than 65536 points")));
}

}  // namespace
}  // namespace doodle
