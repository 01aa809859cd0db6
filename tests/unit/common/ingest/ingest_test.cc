#include "common/ingest/ingest.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/shard/dataset_reader.h"
#include "common/shard/dataset_verifier.h"
#include "common/shard/key_order.h"
#include "gtest/gtest.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class IngestTest : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }

  absl::StatusOr<IngestReport> Run(std::vector<std::string> inputs, const std::string& output,
                                   std::vector<std::string> splits = {}, IngestOptions options = {}) {
    options.inputs = std::move(inputs);
    options.output = output;
    for (const std::string& split : splits) options.splits.push_back(*ParseSplitRule(split));
    return Ingest(files_, options);
  }

  std::vector<Drawing> ReadAll(const std::string& path) {
    const auto reader = *DatasetReader::Open(files_, path);
    std::vector<Drawing> drawings;
    for (size_t shard = 0; shard < reader->shards(); ++shard) {
      for (size_t block = 0; block < reader->shard(shard).blocks(); ++block) {
        const auto read = *reader->shard(shard).ReadBlock(block, reader->manifest().classes);
        drawings.insert(drawings.end(), read.begin(), read.end());
      }
    }
    return drawings;
  }

  void ExpectEqualFiles(const std::string& a, const std::string& b) {
    const auto names = *files_.List(a);
    ASSERT_EQ(names, *files_.List(b));
    for (const std::string& name : names) {
      EXPECT_EQ(*ReadFile(files_, a + "/" + name), *ReadFile(files_, b + "/" + name)) << name;
    }
  }

  FileSystem& files_ = LocalFileSystem();
  TemporaryDirectory directory_;
};

TEST_F(IngestTest, TheTenBundledClassesComeOutWithTheirCounts) {
  ASSERT_OK_AND_ASSIGN(const IngestReport report,
                       Run({"tests/data/quickdraw/strokes"}, File("out"), {"valid=10%", "stack=100"}));
  const DatasetManifest& manifest = report.manifest;
  EXPECT_THAT(manifest.classes, ElementsAre("The Eiffel Tower", "apple", "bicycle", "cat", "clock", "fish", "house",
                                            "star", "tree", "umbrella"));
  std::vector<uint64_t> per_class(10);
  for (const ShardEntry& shard : manifest.shards) {
    for (size_t label = 0; label < 10; ++label) per_class[label] += shard.per_class[label];
  }
  EXPECT_THAT(per_class, ElementsAre(365, 363, 369, 364, 366, 360, 357, 361, 353, 356));
  EXPECT_THAT(manifest.splits, ElementsAre(SplitEntry{"valid", 0, 1, 361}, SplitEntry{"stack", 1, 2, 100},
                                           SplitEntry{"train", 2, 3, 3153}));
  EXPECT_EQ(report.lines, 3614U);
  EXPECT_EQ(report.bad + report.duplicates, 0U);
  EXPECT_TRUE((*VerifyDataset(files_, File("out"))).ok());
  uint64_t bytes = 0;
  for (const ShardEntry& shard : manifest.shards) bytes += shard.bytes;
  EXPECT_LT(static_cast<double>(bytes) / static_cast<double>(manifest.drawings), 96);
}

// Every drawing of the files is in the dataset, unchanged, in order of key hash.
TEST_F(IngestTest, NothingOfADrawingIsLost) {
  const std::string input = "tests/data/quickdraw/pairs/simplified.ndjson.gz";
  ASSERT_THAT(Run({input}, File("out")), IsOk());
  std::vector<Drawing> expected;
  const auto reader = *DrawingReader::Open({input});
  for (Drawing drawing; *reader->Next(drawing);) expected.push_back(drawing);
  std::sort(expected.begin(), expected.end(),
            [](const Drawing& a, const Drawing& b) { return KeyHash(a.key_id) < KeyHash(b.key_id); });
  EXPECT_EQ(ReadAll(File("out")), expected);
}

TEST_F(IngestTest, TheDatasetDoesNotDependOnTheOrderOfFilesOrLines) {
  std::vector<std::string> lines;
  for (int i = 0; i < 3000; ++i)
    lines.push_back(LineOf(std::to_string(i * 7), "class " + std::to_string(i % 13), i % 256));
  for (int i = 0; i < 300; ++i)
    lines.push_back(LineOf(std::to_string(i * 7), "class " + std::to_string(i % 11), i % 200));
  std::mt19937_64 random(1);
  for (const std::string output : {"one", "two", "three"}) {
    std::shuffle(lines.begin(), lines.end(), random);
    std::string text[2];
    for (const std::string& line : lines) text[random() % 2] += line;
    WriteText(File(output + ".ndjson"), text[0]);
    AppendGzip(File(output + ".gz"), text[1]);
    ASSERT_THAT(Run({File(output + ".gz"), File(output + ".ndjson")}, File(output), {"valid=10%"}), IsOk());
  }
  ExpectEqualFiles(File("one"), File("two"));
  ExpectEqualFiles(File("one"), File("three"));
}

TEST_F(IngestTest, OfDuplicatesTheOneThatKnowsMostIsKeptThenTheLowestWord) {
  const std::string informed = R"({"word":"zebra","recognized":true,"key_id":"1","drawing":[[[1],[2]]]})";
  WriteText(File("a.ndjson"),
            LineOf("1", "ant") + informed + "\n" + LineOf("2", "dog") + LineOf("2", "cat") + LineOf("2", "cat"));
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Run({File("a.ndjson")}, File("out")));
  EXPECT_EQ(report.duplicates, 3U);
  EXPECT_EQ(report.relabeled, 2U);
  EXPECT_THAT(report.manifest.classes, ElementsAre("cat", "zebra"));
  EXPECT_EQ(report.manifest.drawings, 2U);
}

TEST_F(IngestTest, BadLinesBelowTheThresholdAreSkippedCountedAndListed) {
  std::string text;
  for (int i = 0; i < 198; ++i) text += LineOf(std::to_string(i));
  WriteText(File("a.ndjson"), text + "oops\n" + R"({"key_id":"5","drawing":[[[1],[2]]]})");
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Run({File("a.ndjson")}, File("out")));
  EXPECT_EQ(report.bad, 2U);
  EXPECT_EQ(report.lines, 200U);
  EXPECT_EQ(report.manifest.drawings, 198U);
  ASSERT_EQ(report.bad_lines.size(), 2U);
  EXPECT_EQ(report.bad_lines[0].line, 199U);
  EXPECT_EQ(report.bad_lines[1], (BadLine{File("a.ndjson"), 200, "no word"}));
}

TEST_F(IngestTest, AboveTheThresholdItFailsWithTheFirstLinesAndLeavesNothing) {
  std::string text;
  for (int i = 0; i < 197; ++i) text += LineOf(std::to_string(i));
  WriteText(File("a.ndjson"), text + "oops\noops\noops\n");
  EXPECT_THAT(Run({File("a.ndjson")}, File("out")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("3 of 200 lines are bad")));
  EXPECT_THAT(Run({File("a.ndjson")}, File("out")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.ndjson:198: not a JSON object")));
  EXPECT_THAT(*files_.List(directory_.path()), ElementsAre("a.ndjson"));
}

TEST_F(IngestTest, RawDrawingsAreSimplifiedOnTheWayIn) {
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Run({"tests/data/quickdraw/pairs/raw.ndjson.gz"}, File("out")));
  EXPECT_EQ(report.manifest.drawings, 300U);
  EXPECT_TRUE(report.bad_lines.empty());
}

TEST_F(IngestTest, InputsWithoutADrawingAnExistingOutputAndBadSplitsFail) {
  WriteText(File("a.ndjson"), LineOf("1"));
  WriteText(File("empty.ndjson"), "\n");
  EXPECT_THAT(Run({File("empty.ndjson")}, File("out")), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Run({File("a.ndjson")}, directory_.path()), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Run({File("a.ndjson")}, File("out"), {"valid=2"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Run({File("none.ndjson")}, File("out")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(files_.Exists(File("out")));
}

TEST_F(IngestTest, TheThresholdIsAShare) {
  WriteText(File("a.ndjson"), LineOf("1") + "oops\n");
  IngestOptions options;
  options.inputs = {File("a.ndjson")};
  options.output = File("out");
  options.max_bad_share = 1.5;
  EXPECT_THAT(Ingest(files_, options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("max_bad_share")));
  options.max_bad_share = 0.5;
  EXPECT_THAT(Ingest(files_, options), IsOk());
}

TEST_F(IngestTest, AFullDiskLeavesNothingAtTheOutput) {
  WriteText(File("a.ndjson"), LineOf("1"));
  FaultyFileSystem faulty(files_);
  faulty.FailFrom(3, absl::ResourceExhaustedError("disk full"));
  IngestOptions options;
  options.inputs = {File("a.ndjson")};
  options.output = File("out");
  EXPECT_THAT(Ingest(faulty, options), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(files_.Exists(File("out")));
}

TEST_F(IngestTest, ProgressGoesThroughBothPhasesToTheirEnds) {
  WriteText(File("a.ndjson"), LineOf("1") + LineOf("2"));
  IngestOptions options;
  options.inputs = {File("a.ndjson")};
  options.output = File("out");
  std::vector<IngestProgress> seen;
  ASSERT_THAT(Ingest(files_, options, [&](const IngestProgress& progress) { seen.push_back(progress); }), IsOk());
  ASSERT_GE(seen.size(), 2U);
  EXPECT_EQ(seen.front().phase, IngestPhase::kRead);
  EXPECT_EQ(seen.back().phase, IngestPhase::kWrite);
  EXPECT_EQ(seen.back().done, 2U);
  EXPECT_EQ(seen.back().total, 2U);
}

}  // namespace
}  // namespace doodle
