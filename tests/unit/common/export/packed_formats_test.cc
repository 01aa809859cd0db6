// The same drawings from every format and packing are the same dataset.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/export/drawing_formats.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/ingest.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_archives.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

constexpr char kPairs[] = "tests/data/quickdraw/pairs/simplified.ndjson.gz";

std::string Between(const std::string& line, const std::string& before, const std::string& after) {
  const size_t from = line.find(before) + before.size();
  return line.substr(from, line.find(after, from) - from);
}

std::string TableRow(const Drawing& drawing, const std::string& line) {
  return absl::StrCat(drawing.country_code, ",\"", Between(line, "\"drawing\":", "}"), "\",", drawing.key_id,
                      drawing.recognized == Drawing::Recognized::kTrue ? ",True," : ",False,",
                      Between(line, "\"timestamp\":\"", "\""), ",", drawing.word, "\n");
}

class SameDrawings : public ::testing::Test {
 protected:
  // The 300 pairs in each format; the .bin files by name.
  void SetUp() override {
    table_ = "countrycode,drawing,key_id,recognized,timestamp,word\n";
    const auto reader = *DrawingReader::Open({kPairs});
    for (Drawing drawing; *reader->Next(drawing);) {
      std::string line;
      AppendNdjson(drawing, line);
      ndjson_ += line;
      table_ += TableRow(drawing, line);
      std::string record;
      ASSERT_THAT(AppendBin(drawing, record), IsOk());
      bins_.emplace_back(absl::StrCat("full_binary_", drawing.word, ".bin"), record);
    }
  }

  // The digest of what `name` in the test's directory holds.
  std::string Digest(const std::string& name, const std::string& content = "") {
    const std::string path = directory_.File(name);
    if (!content.empty()) WriteText(path, content);
    IngestOptions options;
    options.inputs = {path};
    options.output = directory_.File(name + ".dataset");
    const auto report = Ingest(LocalFileSystem(), options);
    EXPECT_THAT(report, IsOk()) << name;
    return report.ok() ? report->manifest.sample_digest : "";
  }

  TemporaryDirectory directory_;
  std::string ndjson_;
  std::string table_;
  ZipContents bins_;
};

TEST_F(SameDrawings, HaveOneSampleDigestInEveryFormatAndPacking) {
  const std::string digest = Digest("a.ndjson", ndjson_);
  ASSERT_NE(digest, "");
  EXPECT_EQ(Digest("a.ndjson.gz", Gzip(ndjson_)), digest);
  EXPECT_EQ(Digest("a.ndjson.zst", Zstd(ndjson_)), digest);
  EXPECT_EQ(Digest("no-ending", Zstd(ndjson_)), digest);
  EXPECT_EQ(Digest("a.csv", table_), digest);
  EXPECT_EQ(Digest("a.csv.zst", Zstd(table_)), digest);
  WriteZip(directory_.File("csv.zip"),
           {{"train_simplified/all.csv", table_}, {"sample_submission.csv", "key_id,word\n"}});
  EXPECT_EQ(Digest("csv.zip"), digest);
  WriteZip(directory_.File("bin.zip"), bins_);
  EXPECT_EQ(Digest("bin.zip"), digest);
  for (auto& [name, content] : bins_) content = Gzip(content);
  WriteZip(directory_.File("bin-gz.zip"), bins_);
  EXPECT_EQ(Digest("bin-gz.zip"), digest);
}

TEST_F(SameDrawings, HaveOneSampleDigestFromAFolderOfBinaryFiles) {
  const std::string folder = directory_.File("bins");
  ASSERT_THAT(LocalFileSystem().MakeDirectories(folder), IsOk());
  for (const auto& [name, content] : bins_) WriteText(absl::StrCat(folder, "/", name), content);
  EXPECT_EQ(Digest("bins"), Digest("a.ndjson", ndjson_));
}

}  // namespace
}  // namespace doodle
