#include "common/ingest/content_format.h"

#include <string>

#include "absl/strings/escaping.h"
#include "common/ingest/file_label.h"
#include "gtest/gtest.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

const std::string kRecord = absl::HexStringToBytes("0000600c687a1200564501d6a9b858020002008271482801000708");

TEST(FormatOf, ContentDecidesWhateverTheNameSays) {
  EXPECT_EQ(FormatOf(LineOf("1"), "a.bin"), ContentFormat::kNdjson);
  EXPECT_EQ(FormatOf("\n  " + LineOf("1"), "a"), ContentFormat::kNdjson);
  EXPECT_EQ(FormatOf("word,key_id,drawing\n", "a.ndjson"), ContentFormat::kTable);
  EXPECT_EQ(FormatOf("\xEF\xBB\xBFkey_id,\"drawing\"\r\n", "a"), ContentFormat::kTable);
  EXPECT_EQ(FormatOf(kRecord, "a.csv"), ContentFormat::kBin);
  EXPECT_EQ(FormatOf("PK\x03\x04...", "a.ndjson"), ContentFormat::kZip);
  EXPECT_EQ(FormatOf("\x28\xb5\x2f\xfd...", "a.ndjson"), ContentFormat::kZstd);
  EXPECT_EQ(FormatOf("\x1f\x8b\x08...", "a.ndjson"), ContentFormat::kGzip);
}

TEST(FormatOf, ArraysOfObjectsAreStrokesAndArraysOfNumbersPictures) {
  const auto head = [](const std::string& type) {
    const std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (70, 784), }\n";
    return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size()) + '\0' + text;
  };
  EXPECT_EQ(FormatOf(head("|O"), "train.npy"), ContentFormat::kStrokeArrays);
  EXPECT_EQ(FormatOf(head("|u1"), "cat.npy"), ContentFormat::kBitmaps);
}

TEST(FormatOf, AnswersAreNotDrawings) {
  EXPECT_EQ(FormatOf("key_id,word\n9000003627287624,cat dog owl\n", "sample_submission.csv"),
            ContentFormat::kSubmission);
}

TEST(FormatOf, TheNameDecidesWhereContentDoesNot) {
  EXPECT_EQ(FormatOf("oops\n", "a.ndjson"), ContentFormat::kNdjson);
  EXPECT_EQ(FormatOf("a,b\n", "a.csv"), ContentFormat::kTable);
  EXPECT_EQ(FormatOf("", "a.bin"), ContentFormat::kBin);
  EXPECT_EQ(FormatOf("oops", "a.npz"), ContentFormat::kZip);
  EXPECT_EQ(FormatOf("oops", "a.ndjson.zst"), ContentFormat::kZstd);
  EXPECT_EQ(FormatOf("oops", "README.md"), ContentFormat::kUnknown);
  EXPECT_EQ(FormatOf("{\"name\": \"a configuration\"}", "a.json"), ContentFormat::kUnknown);
}

// One .bin in 16 million begins with a key that has gzip's first three bytes.
TEST(FormatOf, ASoundRecordThatBeginsAsGzipDoesIsGzipOnlyByItsName) {
  const std::string record = "\x1f\x8b\x08" + kRecord.substr(3);
  EXPECT_EQ(FormatOf(record, "cat.bin"), ContentFormat::kBin);
  EXPECT_EQ(FormatOf(record, "cat.bin.gz"), ContentFormat::kGzip);
}

TEST(FormatOf, APictureIsNoRecord) {
  const std::string png = absl::HexStringToBytes("89504e470d0a1a0a0000000d4948445200000100000001000802");
  EXPECT_EQ(FormatOf(png, "sheet.png"), ContentFormat::kUnknown);
}

TEST(LabelOfFile, IsTheNameWithoutWhatGoogleAddsToIt) {
  EXPECT_EQ(LabelOfFile("a.b/cat.bin.gz"), "cat");
  EXPECT_EQ(LabelOfFile("The Eiffel Tower.bin"), "The Eiffel Tower");
  EXPECT_EQ(LabelOfFile("full_binary_ice cream.bin"), "ice cream");
  EXPECT_EQ(LabelOfFile("data/sketchrnn_ice cream.npz"), "ice cream");
  EXPECT_EQ(LabelOfFile("cat.full.npz"), "cat");
  EXPECT_EQ(LabelOfFile("cat.bin.zst"), "cat");
}

}  // namespace
}  // namespace doodle
