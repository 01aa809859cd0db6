// Ingest that keeps points as drawn, from files to a dataset and back.
#include <map>
#include <string>
#include <vector>

#include "common/ingest/dataset_scan.h"
#include "common/ingest/derive_dataset.h"
#include "common/ingest/ingest.h"
#include "common/shard/dataset_verifier.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kRawPairs[] = "tests/data/quickdraw/pairs/raw.ndjson.gz";
constexpr char kSimplifiedPairs[] = "tests/data/quickdraw/pairs/simplified.ndjson.gz";

class RawIngest : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }

  absl::StatusOr<IngestReport> Run(std::vector<std::string> inputs, const std::string& output,
                                   PointsKind points = PointsKind::kRaw, uint64_t memory = 1 << 30,
                                   size_t threads = 2) {
    IngestOptions options;
    options.inputs = std::move(inputs);
    options.output = File(output);
    options.points = points;
    options.splits = {*ParseSplitRule("valid=10%")};
    options.memory_bytes = memory;
    options.threads = threads;
    return Ingest(LocalFileSystem(), options);
  }

  std::map<uint64_t, Drawing> Scan(const std::string& dataset) {
    std::map<uint64_t, Drawing> drawings;
    auto scan = DatasetScan::Open(LocalFileSystem(), File(dataset), {});
    for (Drawing drawing; *scan->Next(drawing);) drawings[drawing.key_id] = drawing;
    return drawings;
  }

  TemporaryDirectory directory_;
};

TEST_F(RawIngest, EveryPointComesBackAsItWasDrawn) {
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Run({kRawPairs}, "raw"));
  EXPECT_EQ(report.manifest.points, PointsKind::kRaw);
  EXPECT_EQ(report.manifest.version, 3U);
  std::map<uint64_t, Drawing> drawings = Scan("raw");
  EXPECT_EQ(drawings.size(), 300U);
  ASSERT_OK_AND_ASSIGN(const auto reader, DrawingReader::Open(LocalFileSystem(), {kRawPairs}, PointsKind::kRaw));
  for (Drawing drawing; *reader->Next(drawing);) {
    drawing.times_clamped = false;  // A dataset counts them and does not say which.
    EXPECT_EQ(drawings[drawing.key_id], drawing);
  }
  EXPECT_TRUE((*VerifyDataset(LocalFileSystem(), File("raw"))).ok());
}

TEST_F(RawIngest, TheBytesDependNeitherOnMemoryNorThreadsNorOnTheOrderOfInputs) {
  std::string text[2];
  for (int i = 0; i < 6000; ++i) {
    const std::string x = std::to_string(i % 977) + ".25", t = std::to_string(i % 61);
    text[i % 2] += R"({"word":"cat","key_id":")" + std::to_string(i * 3) + R"(","drawing":[[[0,)" + x + "],[-1," + x +
                   "],[0," + t + "]]]}\n";
  }
  WriteText(File("a.ndjson"), text[0] + text[1].substr(0, text[1].find('\n') + 1));
  WriteText(File("b.ndjson"), text[1]);
  ASSERT_OK_AND_ASSIGN(const IngestReport whole, Run({File("a.ndjson"), File("b.ndjson")}, "whole"));
  EXPECT_EQ(whole.runs, 0U);
  for (const size_t threads : {1, 3}) {
    const std::string output = "spilled-" + std::to_string(threads);
    ASSERT_OK_AND_ASSIGN(const IngestReport spilled, Run({File("b.ndjson"), File("a.ndjson")}, output, PointsKind::kRaw,
                                                         kMinimumIngestMemory, threads));
    EXPECT_EQ(spilled.manifest, whole.manifest);
  }
}

TEST_F(RawIngest, InputsWithSimplifiedPointsAreRefusedByName) {
  EXPECT_THAT(Run({kRawPairs, kSimplifiedPairs}, "out"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("simplified.ndjson.gz"), HasSubstr("raw points are wanted"))));
  WriteText(File("cat.bin"), "");
  EXPECT_THAT(Run({File("cat.bin")}, "out"),
              StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("cat.bin"), HasSubstr("simplified"))));
  WriteText(File("table.csv"), "key_id,drawing,word\n1,\"[[[0,1],[2,3]]]\",cat\n");
  EXPECT_THAT(Run({File("table.csv")}, "out"), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("table.csv")));
}

TEST_F(RawIngest, DatasetsOfTheOtherKindAreRefusedByName) {
  ASSERT_THAT(Run({kRawPairs}, "raw"), IsOk());
  ASSERT_THAT(Run({kRawPairs}, "simplified", PointsKind::kSimplified), IsOk());
  EXPECT_THAT(Run({File("raw"), File("simplified")}, "out"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("/simplified has simplified points")));
  EXPECT_THAT(Run({File("simplified"), File("raw")}, "out", PointsKind::kSimplified),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("/raw has raw points")));
}

TEST_F(RawIngest, RawDatasetsAreMergedCutAndPruned) {
  ASSERT_OK_AND_ASSIGN(const IngestReport raw, Run({kRawPairs}, "raw"));
  ASSERT_OK_AND_ASSIGN(const IngestReport merged, Run({File("raw"), kRawPairs}, "merged"));
  EXPECT_EQ(merged.duplicates, 300U);
  EXPECT_EQ(merged.manifest.sample_digest, raw.manifest.sample_digest);
  DeriveOptions derive;
  derive.source = File("raw");
  derive.output = File("pruned");
  derive.drop = {Scan("raw").begin()->first};
  ASSERT_OK_AND_ASSIGN(const DeriveReport pruned, DeriveDataset(LocalFileSystem(), derive));
  EXPECT_EQ(pruned.manifest.points, PointsKind::kRaw);
  EXPECT_EQ(Scan("pruned").size(), 299U);
  derive.output = File("cut");
  derive.drop = {};
  derive.splits = {*ParseSplitRule("test=50")};
  ASSERT_OK_AND_ASSIGN(const DeriveReport cut, DeriveDataset(LocalFileSystem(), derive));
  EXPECT_EQ(cut.manifest.sample_digest, raw.manifest.sample_digest);
  EXPECT_TRUE((*VerifyDataset(LocalFileSystem(), File("cut"))).ok());
}

TEST_F(RawIngest, AShardOfTheOtherKindThanItsManifestSaysIsDamage) {
  ASSERT_OK_AND_ASSIGN(const IngestReport raw, Run({kRawPairs}, "raw"));
  DatasetManifest manifest = raw.manifest;
  manifest.points = PointsKind::kSimplified;
  manifest.digest = ManifestDigest(manifest);
  WriteText(File("raw/manifest.json"), SerializeManifest(manifest));
  EXPECT_THAT(DatasetScan::Open(LocalFileSystem(), File("raw"), {})->Next(*std::make_unique<Drawing>()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("kind of points")));
}

// Of the drawings that are kept; of a simplified dataset, too.
TEST_F(RawIngest, DrawingsWhoseTimesRanBackAreCounted) {
  const auto line = [](int key, const std::string& times) {
    return R"({"word":"cat","key_id":")" + std::to_string(key) + R"(","drawing":[[[0,9,90],[0,50,7],[)" + times +
           "]]]}\n";
  };
  WriteText(File("in.ndjson"), line(1, "0,5,3") + line(1, "0,5,3") + line(2, "0,5,5") + line(3, "9,8,7"));
  for (const PointsKind points : {PointsKind::kSimplified, PointsKind::kRaw}) {
    const std::string output = points == PointsKind::kRaw ? "raw" : "simplified";
    ASSERT_OK_AND_ASSIGN(const IngestReport report, Run({File("in.ndjson")}, output, points));
    EXPECT_EQ(report.manifest.clamped_drawings, 2U);
    EXPECT_EQ(report.manifest.version, 3U);
    ASSERT_OK_AND_ASSIGN(const DatasetFiles read, OpenDatasetFiles(LocalFileSystem(), File(output)));
    EXPECT_EQ(read.manifest, report.manifest);
  }
}

// Its name would be a class, and a manifest has to be UTF-8.
TEST_F(RawIngest, ABinaryFileWhoseNameIsNotUtf8IsRefused) {
  WriteText(File("caf\xe9.bin"), "");
  EXPECT_THAT(Run({File("caf\xe9.bin")}, "out", PointsKind::kSimplified),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no label in the file's name")));
}

TEST_F(RawIngest, BadLinesOfBrokenUtf8AreReportedAsUtf8) {
  WriteText(File("caf\xe9.ndjson"), LineOf("1") + "{\"word\":\"\xff\"\n" + R"({"key_id":")" + "\xfe" + R"("})" + "\n");
  IngestOptions options;
  options.inputs = {File("caf\xe9.ndjson")};
  options.output = File("out");
  options.max_bad_share = 1;
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Ingest(LocalFileSystem(), options));
  ASSERT_EQ(report.bad_lines.size(), 2U);
  for (const BadLine& bad : report.bad_lines) {
    EXPECT_THAT(bad.file, HasSubstr("caf?.ndjson"));
    EXPECT_THAT(bad.reason, ::testing::Not(HasSubstr("\xfe")));
  }
}

TEST_F(RawIngest, ADerivedDatasetWhoseShardsNoManifestCanNameIsRefused) {
  ASSERT_THAT(Run({kRawPairs}, "caf\xe9"), IsOk());
  DeriveOptions derive;
  derive.source = File("caf\xe9");
  derive.output = File("out");
  derive.splits = {*ParseSplitRule("test=50")};
  EXPECT_THAT(DeriveDataset(LocalFileSystem(), derive),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not UTF-8")));
}

}  // namespace
}  // namespace doodle
