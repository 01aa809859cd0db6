#include "common/ingest/drawing_reader.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Keys of all drawings; a bad line as "bad".
std::vector<std::string> ReadKeys(const std::vector<std::string>& paths) {
  auto reader = *DrawingReader::Open(paths);
  std::vector<std::string> keys;
  while (true) {
    const auto drawing = reader->Next();
    if (absl::IsInvalidArgument(drawing.status())) {
      keys.push_back("bad");
      continue;
    }
    if (!drawing.ok()) return {std::string(drawing.status().message())};
    if (!drawing->has_value()) return keys;
    keys.push_back(std::to_string((*drawing)->key_id));
  }
}

class Reader : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }
  TemporaryDirectory directory_;
};

TEST_F(Reader, GoesThroughFilesInTheGivenOrderAndFoldersByName) {
  std::filesystem::create_directories(File("folder"));
  AppendGzip(File("folder/b.ndjson.gz"), LineOf("3"));
  WriteText(File("folder/a.ndjson"), LineOf("1") + LineOf("2"));
  WriteText(File("folder/README.md"), "no drawings");
  WriteText(File("z.txt"), LineOf("4"));
  EXPECT_THAT(ReadKeys({File("z.txt"), File("folder")}), ElementsAre("4", "1", "2", "3"));
}

TEST_F(Reader, BlankLinesArePassedOverAndTheLastLineNeedsNoEnd) {
  WriteText(File("a.ndjson"), "\n" + LineOf("1") + "  \r\n" + R"({"key_id":"2","drawing":[[[1],[2]]]})");
  EXPECT_THAT(ReadKeys({File("a.ndjson")}), ElementsAre("1", "2"));
  WriteText(File("empty.ndjson"), "");
  EXPECT_THAT(ReadKeys({File("empty.ndjson")}), ElementsAre());
}

TEST_F(Reader, ABadLineIsNamedAndTheNextOneRead) {
  WriteText(File("a.ndjson"), LineOf("1") + "oops\n" + LineOf("2"));
  EXPECT_THAT(ReadKeys({File("a.ndjson")}), ElementsAre("1", "bad", "2"));
  ASSERT_OK_AND_ASSIGN(const auto reader, DrawingReader::Open({File("a.ndjson")}));
  ASSERT_THAT(reader->Next(), IsOk());
  EXPECT_THAT(reader->Next(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.ndjson:2: ")));
  EXPECT_EQ(reader->bad_line().line, 2U);
  EXPECT_EQ(reader->bad_line().file, File("a.ndjson"));
}

TEST_F(Reader, SeveralGzipMembersAreOneStream) {
  AppendGzip(File("a.gz"), LineOf("1") + LineOf("2").substr(0, 20));
  AppendGzip(File("a.gz"), LineOf("2").substr(20));
  EXPECT_THAT(ReadKeys({File("a.gz")}), ElementsAre("1", "2"));
}

TEST_F(Reader, ATruncatedGzipFileIsDataLossWithItsName) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += LineOf(std::to_string(i * 977));
  AppendGzip(File("a.ndjson.gz"), lines);
  std::filesystem::resize_file(File("a.ndjson.gz"), std::filesystem::file_size(File("a.ndjson.gz")) - 9);
  EXPECT_THAT(ReadKeys({File("a.ndjson.gz")}), ElementsAre(HasSubstr("a.ndjson.gz: after line 1000: truncated gzip")));
}

TEST_F(Reader, AGzipFileWithADamagedThirdByteIsNotTakenForPlainText) {
  WriteText(File("a.ndjson.gz"), "\x1f\x8b\x09 and so on");
  EXPECT_THAT((*DrawingReader::Open({File("a.ndjson.gz")}))->Next(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Reader, MissingFilesAndEmptyFoldersAreFoundAtOpen) {
  EXPECT_THAT(DrawingReader::Open({File("none")}), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  EXPECT_THAT(DrawingReader::Open({directory_.path()}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(DrawingReader::Open(std::vector<std::string>()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(Reader, ProgressEndsAtTheSizeOfTheFilesOnDisk) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += LineOf(std::to_string(i));
  AppendGzip(File("a.ndjson.gz"), lines);
  WriteText(File("b.ndjson"), lines);
  ASSERT_OK_AND_ASSIGN(const auto reader, DrawingReader::Open({directory_.path()}));
  while ((*reader->Next()).has_value()) EXPECT_LE(reader->bytes_read(), reader->bytes_total());
  EXPECT_EQ(reader->bytes_read(), reader->bytes_total());
  EXPECT_GT(reader->bytes_total(), lines.size());
}

TEST(BundledPairs, SimplifiedOnesAreReadWithAllTheirKeys) {
  ASSERT_OK_AND_ASSIGN(const auto simplified, DrawingReader::Open({"tests/data/quickdraw/pairs/simplified.ndjson.gz"}));
  int count = 0;
  for (Drawing drawing; *simplified->Next(drawing); ++count) {
    EXPECT_EQ(drawing.country_code.size(), 2U);
    EXPECT_GT(drawing.timestamp_ms, 1'480'000'000'000);
    EXPECT_NE(drawing.recognized, Drawing::Recognized::kUnknown);
    EXPECT_FALSE(drawing.has_times());
  }
  EXPECT_EQ(count, 300);
}

// The same drawings before and after Google's own simplification. Straight pieces drawn with a mouse give many points
// at one distance but for the last bit.
TEST(BundledPairs, RawOnesComeOutAsGooglesIntegers) {
  ASSERT_OK_AND_ASSIGN(const auto simplified, DrawingReader::Open({"tests/data/quickdraw/pairs/simplified.ndjson.gz"}));
  ASSERT_OK_AND_ASSIGN(const auto raw, DrawingReader::Open({"tests/data/quickdraw/pairs/raw.ndjson.gz"}));
  std::map<uint64_t, Drawing> googles;
  for (Drawing drawing; *simplified->Next(drawing);) googles[drawing.key_id] = drawing;
  int count = 0;
  int equal = 0;
  for (Drawing drawing; *raw->Next(drawing); ++count) {
    ASSERT_EQ(drawing.times_ms.size(), drawing.points());
    drawing.times_ms.clear();
    equal += static_cast<int>(drawing == googles.at(drawing.key_id));
  }
  EXPECT_EQ(count, 300);
  EXPECT_EQ(equal, 300);
}

}  // namespace
}  // namespace doodle
