// Drawings in gzip, zstd and zip, alone and in folders.
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/ingest.h"
#include "common/ingest/input_unit.h"
#include "common/ingest/zip_archive.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_archives.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kRecord = absl::HexStringToBytes("0000600c687a1200564501d6a9b858020002008271482801000708");
constexpr char kTest[] = "key_id,countrycode,drawing\n7,DE,\"[[[1, 2], [3, 4]]]\"\n";

class Packed : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }

  // "word key" of all drawings.
  absl::StatusOr<std::vector<std::string>> Read(const std::vector<std::string>& paths) {
    const auto reader = DrawingReader::Open(paths);
    if (!reader.ok()) return reader.status();
    std::vector<std::string> out;
    for (Drawing drawing; true;) {
      const auto more = (*reader)->Next(drawing);
      if (!more.ok()) return more.status();
      if (!*more) return out;
      out.push_back(drawing.word + " " + std::to_string(drawing.key_id));
    }
  }

  absl::StatusOr<IngestReport> IngestWith(const std::string& input, const std::string& label) {
    IngestOptions options;
    options.inputs = {File(input)};
    options.output = File("out");
    options.label = label;
    return Ingest(LocalFileSystem(), options);
  }

  TemporaryDirectory directory_;
};

TEST_F(Packed, ZstdFramesAreOneStream) {
  WriteText(File("a.ndjson.zst"), Zstd(LineOf("1")) + Zstd(LineOf("2")));
  EXPECT_THAT(*Read({File("a.ndjson.zst")}), ElementsAre("cat 1", "cat 2"));
}

TEST_F(Packed, AZipGivesItsFilesOfDrawingsInItsOrder) {
  WriteZip(File("a.zip"), {{"train/b.csv", "word,key_id,drawing\ndog,2,\"[[[1],[2]]]\"\n"},
                           {"README.txt", "no drawings"},
                           {"sample_submission.csv", "key_id,word\n1,a b c\n"},
                           {"__MACOSX/._b.csv", "word,key_id,drawing\n"},
                           {"train/a.ndjson.gz", Gzip(LineOf("1"))},
                           {"full_binary_ice cream.bin", kRecord}});
  EXPECT_THAT(*Read({File("a.zip")}), ElementsAre("dog 2", "cat 1", "ice cream 5201136883597312"));
}

TEST_F(Packed, AMemberOrAFolderOfAZipCanBeNamed) {
  WriteZip(File("a.zip"), {{"test.csv", kTest}, {"train/a.ndjson", LineOf("1")}, {"train2/b.ndjson", LineOf("2")}});
  EXPECT_THAT(*Read({File("a.zip:train")}), ElementsAre("cat 1"));
  EXPECT_THAT(*Read({File("a.zip:train/")}), ElementsAre("cat 1"));
  EXPECT_THAT(*Read({File("a.zip:test.csv")}), ElementsAre(" 7"));
  EXPECT_THAT(Read({File("a.zip:trai")}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("a.zip: has no file or folder trai")));
  EXPECT_THAT(Read({File("none.zip:train")}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(Packed, AFolderGivesWhatItRecognizesWhateverTheNames) {
  std::filesystem::create_directories(File("f/below"));
  WriteText(File("f/0.txt"), LineOf("1"));
  WriteText(File("f/1"), Zstd("word,key_id,drawing\ndog,2,\"[[[1],[2]]]\"\n"));
  WriteText(File("f/2.json"), "{\"name\": \"a configuration\"}");
  WriteText(File("f/3.csv"), "key_id,word\n1,a b c\n");
  WriteZip(File("f/4"), {{"x", LineOf("3")}});
  WriteText(File("f/.5.ndjson"), LineOf("9"));
  EXPECT_THAT(*Read({File("f")}), ElementsAre("cat 1", "dog 2", "cat 3"));
}

TEST_F(Packed, ABadLineInAZipIsNamedWithItsMember) {
  WriteZip(File("a.zip"), {{"b.ndjson", LineOf("1") + "oops\n"}});
  ASSERT_OK_AND_ASSIGN(const auto reader, DrawingReader::Open({File("a.zip")}));
  ASSERT_THAT(reader->Next(), IsOk());
  EXPECT_THAT(reader->Next(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.zip:b.ndjson:2: ")));
}

TEST_F(Packed, ProgressOfAZipEndsAtThePackedSizeOfItsMembers) {
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += LineOf(std::to_string(i));
  WriteZip(File("a.zip"), {{"a.ndjson", lines}, {"b.ndjson.gz", Gzip(lines)}});
  ASSERT_OK_AND_ASSIGN(const auto reader, DrawingReader::Open({File("a.zip")}));
  while ((*reader->Next()).has_value()) EXPECT_LE(reader->bytes_read(), reader->bytes_total());
  EXPECT_EQ(reader->bytes_read(), reader->bytes_total());
  EXPECT_LT(reader->bytes_total(), std::filesystem::file_size(File("a.zip")));
}

TEST_F(Packed, MembersOfOneArchiveAreReadSideBySide) {
  ZipContents contents;
  for (int file = 0; file < 8; ++file) {
    std::string lines;
    for (int i = 0; i < 500; ++i) lines += LineOf(std::to_string(file * 1000 + i));
    contents.emplace_back(std::to_string(file) + ".ndjson", lines);
  }
  WriteZip(File("a.zip"), contents);
  IngestOptions options;
  options.inputs = {File("a.zip")};
  options.output = File("out");
  options.threads = 4;
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Ingest(LocalFileSystem(), options));
  EXPECT_EQ(report.manifest.drawings, 4000U);
}

TEST_F(Packed, ATableWithoutWordsNeedsALabel) {
  WriteText(File("test_simplified.csv"), kTest);
  EXPECT_THAT(IngestWith("test_simplified.csv", ""),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("test_simplified.csv: "), HasSubstr("needs a label"))));
  ASSERT_OK_AND_ASSIGN(const IngestReport report, IngestWith("test_simplified.csv", "unknown"));
  EXPECT_THAT(report.manifest.classes, ElementsAre("unknown"));
}

TEST_F(Packed, ALabelTakesThePlaceOfAFileNamesButNotOfAWord) {
  WriteText(File("record.bin"), kRecord);
  ASSERT_OK_AND_ASSIGN(const IngestReport bin, IngestWith("record.bin", "cat"));
  EXPECT_THAT(bin.manifest.classes, ElementsAre("cat"));
  WriteText(File("a.ndjson"), LineOf("1", "dog"));
  ASSERT_THAT(LocalFileSystem().RemoveAll(File("out")), IsOk());
  ASSERT_OK_AND_ASSIGN(const IngestReport ndjson, IngestWith("a.ndjson", "cat"));
  EXPECT_THAT(ndjson.manifest.classes, ElementsAre("dog"));
  EXPECT_THAT(IngestWith("record.bin", "a\nb"), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_THAT(LocalFileSystem().RemoveAll(File("out")), IsOk());
  EXPECT_THAT(IngestWith("record.bin", "a\nb"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("label: ")));
}

// Each refusal once, with the file's name.

TEST_F(Packed, AFileOfNoKnownFormatIsRefusedWithWhatIsExpected) {
  WriteText(File("a.txt"), "oops\n");
  EXPECT_THAT(Read({File("a.txt")}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("a.txt: no known format"), HasSubstr("expected ndjson"))));
  WriteText(File("answers.csv"), "key_id,word\n1,a b c\n");
  EXPECT_THAT(Read({File("answers.csv")}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("answers.csv: a table of answers")));
}

TEST_F(Packed, AFolderOfPicturesSaysWhyNothingIsTaken) {
  std::filesystem::create_directories(File("f"));
  const std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 784), }\n";
  WriteText(File("f/cat.npy"),
            std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size()) + '\0' + text + std::string(784, ' '));
  EXPECT_THAT(Read({File("f/cat.npy")}),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("cat.npy: npy bitmaps hold no strokes")));
  EXPECT_THAT(Read({File("f")}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cat.npy holds pictures")));
}

TEST_F(Packed, AnEncryptedMemberIsRefusedByName) {
  WriteZip(File("a.zip"), {{"b.ndjson", LineOf("1")}}, "secret");
  EXPECT_THAT(Read({File("a.zip")}),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("a.zip:b.ndjson: encrypted")));
}

TEST_F(Packed, WhatIsPackedTwiceIsRefusedByName) {
  WriteText(File("a.ndjson.gz.gz"), Gzip(Gzip(LineOf("1"))));
  EXPECT_THAT(Read({File("a.ndjson.gz.gz")}), StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("packed twice")));
  WriteZip(File("inner.zip"), {{"a.ndjson", LineOf("1")}});
  WriteZip(File("outer.zip"), {{"inner.zip", *ReadFile(LocalFileSystem(), File("inner.zip"))}});
  EXPECT_THAT(Read({File("outer.zip")}),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("outer.zip:inner.zip: a zip inside a zip")));
}

TEST_F(Packed, ADamagedZipIsRefusedByName) {
  WriteText(File("a.zip"), "PK\x03\x04 and so on");
  EXPECT_THAT(Read({File("a.zip")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a.zip: damaged zip file")));
  WriteText(File("b.zip"), "oops");
  EXPECT_THAT(Read({File("b.zip")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("b.zip: damaged zip file")));
  WriteZip(File("c.zip"), {{"a.ndjson", LineOf("1") + LineOf("2")}});
  std::string bytes = *ReadFile(LocalFileSystem(), File("c.zip"));
  bytes[bytes.rfind("PK\x01\x02") + 16] ^= 4;  // The checksum.
  WriteText(File("c.zip"), bytes);
  EXPECT_THAT(Read({File("c.zip")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("c.zip:a.ndjson: ")));
}

TEST_F(Packed, AZipWithoutDrawingsIsRefused) {
  WriteZip(File("a.zip"), {{"README", "no drawings"}});
  EXPECT_THAT(Read({File("a.zip")}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.zip: no file of drawings in it")));
}

TEST_F(Packed, TruncatedAndDamagedZstdIsDataLoss) {
  const std::string packed = Zstd(LineOf("1"));
  WriteText(File("a.ndjson.zst"), packed.substr(0, packed.size() - 1));
  EXPECT_THAT(Read({File("a.ndjson.zst")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("zst: ")));
  WriteText(File("a.ndjson.zst"), "");
  EXPECT_THAT(Read({File("a.ndjson.zst")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("truncated zstd")));
  WriteText(File("a.ndjson.zst"), packed + "oops");
  EXPECT_THAT(Read({File("a.ndjson.zst")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("damaged zstd")));
}

TEST_F(Packed, BombsAreRefusedAndLegalRatiosAreNot) {
  const std::string zeros(kFreeUnpackedBytes + (1 << 20), ' ');
  WriteText(File("a.ndjson.zst"), Zstd(LineOf("1") + zeros));
  EXPECT_THAT(Read({File("a.ndjson.zst")}),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("a.ndjson.zst: ")));
  WriteZip(File("a.zip"), {{"a.ndjson", LineOf("1") + zeros}});
  EXPECT_THAT(Read({File("a.zip")}), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("a.zip:a.ndjson: ")));
  EXPECT_THAT(CheckUnpackedSize(kFreeUnpackedBytes / kMaxUnpackedRatio - 1, kFreeUnpackedBytes + 1),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(CheckUnpackedSize(kFreeUnpackedBytes, kMaxUnpackedRatio * kFreeUnpackedBytes), IsOk());
  EXPECT_THAT(CheckUnpackedSize(1, kFreeUnpackedBytes), IsOk());
}

// The header's sizes are at 22 of the local header and at 24 of the directory's.
TEST_F(Packed, AMemberWhoseHeaderLiesIsDataLoss) {
  WriteZip(File("a.zip"), {{"a.ndjson", LineOf("1")}});
  std::string bytes = *ReadFile(LocalFileSystem(), File("a.zip"));
  const size_t directory = bytes.rfind("PK\x01\x02");
  for (const int lie : {-1, 1}) {
    std::string lying = bytes;
    lying[directory + 24] = static_cast<char>(lying[directory + 24] + lie);
    lying[22] = static_cast<char>(lying[22] + lie);
    WriteText(File("a.zip"), lying);
    EXPECT_THAT(Read({File("a.zip")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a.zip:a.ndjson: "))) << lie;
  }
}

TEST_F(Packed, MembersThatOverlapAreRefused) {
  WriteZip(File("a.zip"), {{"a.ndjson", LineOf("1")}});
  std::string bytes = *ReadFile(LocalFileSystem(), File("a.zip"));
  bytes[bytes.rfind("PK\x01\x02") + 21] = 1;  // 256 bytes more than there are.
  WriteText(File("a.zip"), bytes);
  EXPECT_THAT(Read({File("a.zip")}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a.zip: damaged zip file")));
}

}  // namespace
}  // namespace doodle
