#include "common/export/dataset_export.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "common/drawing/raw_points.h"
#include "common/export/drawing_formats.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/ingest.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/ndjson_parser.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kRawPairs[] = "tests/data/quickdraw/pairs/raw.ndjson.gz";
constexpr char kPairs[] = "tests/data/quickdraw/pairs/simplified.ndjson.gz";

Drawing Example() {
  Drawing drawing;
  drawing.key_id = 5201136883597312;
  drawing.word = "The \"Eiffel\" Tower";
  drawing.country_code = "VE";
  drawing.timestamp_ms = 1488497110074;
  drawing.recognized = Drawing::Recognized::kTrue;
  drawing.stroke_lengths = {2, 1};
  drawing.x = {130, 113, 7};
  drawing.y = {72, 40, 8};
  return drawing;
}

TEST(DrawingFormats, ALineIsAsGoogleWritesIt) {
  std::string line;
  AppendNdjson(Example(), line);
  EXPECT_EQ(line, R"({"word":"The \"Eiffel\" Tower","countrycode":"VE","timestamp":"2017-03-02 23:25:10.074 UTC",)"
                  R"("recognized":true,"key_id":"5201136883597312","drawing":[[[130,113],[72,40]],[[7],[8]]]})"
                  "\n");
}

TEST(DrawingFormats, ARawLineHasThreeListsAStroke) {
  Drawing drawing = Example();
  drawing.raw_x = {310, 33.508F, -1e6F};
  drawing.raw_y = {-0.5F, 1e-7F, 8};
  drawing.times_ms = {0, 16, 500};
  FitToGrid(drawing);
  std::string line;
  AppendNdjson(drawing, line);
  EXPECT_THAT(line,
              HasSubstr(R"("drawing":[[[310,33.5079994],[-0.5,1.00000001e-07],[0,16]],[[-1000000],[8],[500]]]})"));
  line.append(kLinePadding, ' ');
  NdjsonParser parser(PointsKind::kRaw);
  Drawing back;
  ASSERT_THAT(parser.Parse(absl::string_view(line).substr(0, line.size() - kLinePadding), back), IsOk());
  EXPECT_EQ(back, drawing);
  std::string record;
  EXPECT_THAT(AppendBin(drawing, record), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("raw points")));
}

TEST(DrawingFormats, WhatIsNotKnownHasNoKey) {
  Drawing drawing;
  drawing.key_id = 1;
  drawing.word = "cat";
  drawing.stroke_lengths = {1};
  drawing.x = {2};
  drawing.y = {3};
  std::string line;
  AppendNdjson(drawing, line);
  EXPECT_EQ(line, "{\"word\":\"cat\",\"key_id\":\"1\",\"drawing\":[[[2],[3]]]}\n");
}

TEST(DrawingFormats, ABinaryRecordIsLittleEndian) {
  std::string record;
  ASSERT_THAT(AppendBin(Example(), record), IsOk());
  EXPECT_EQ(absl::BytesToHexString(record), "0000600c687a1200564501d6a9b858020002008271482801000708");
}

TEST(DrawingFormats, ADrawingThatTheBinaryFormatCannotHoldIsRefused) {
  Drawing drawing = Example();
  drawing.stroke_lengths = {65536, 1};
  std::string record;
  EXPECT_THAT(AppendBin(drawing, record), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(DrawingFormats, AnArchiveIsOneThatTarReads) {
  std::string archive;
  AppendTarFile("17.json", "{}\n", archive);
  AppendTarEnd(archive);
  ASSERT_EQ(archive.size(), 2048U);
  EXPECT_EQ(archive.substr(0, 8), std::string("17.json\0", 8));
  EXPECT_EQ(archive.substr(124, 11), "00000000003");
  EXPECT_EQ(archive.substr(257, 8), std::string("ustar\00000", 8));
  unsigned sum = 8 * ' ';
  for (size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? 0 : static_cast<unsigned char>(archive[i]);
  EXPECT_EQ(std::stoul(archive.substr(148, 6), nullptr, 8), sum);
}

class DatasetExport : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(Ingest({kPairs}, "ds"), IsOk()); }

  std::string File(const std::string& name) const { return directory_.File(name); }

  absl::StatusOr<IngestReport> Ingest(std::vector<std::string> inputs, const std::string& output,
                                      PointsKind points = PointsKind::kSimplified) {
    IngestOptions options;
    options.points = points;
    options.inputs = std::move(inputs);
    options.output = File(output);
    options.splits = {*ParseSplitRule("valid=10%")};
    return doodle::Ingest(LocalFileSystem(), options);
  }

  absl::StatusOr<ExportReport> Export(ExportFormat format, ScanOptions scan = {}, uint32_t per_archive = 100,
                                      const std::string& source = "ds") {
    ExportOptions options;
    options.source = File(source);
    options.output = File("out");
    options.format = format;
    options.scan = std::move(scan);
    options.drawings_per_archive = per_archive;
    return ExportDataset(LocalFileSystem(), options);
  }

  TemporaryDirectory directory_;
};

TEST_F(DatasetExport, NdjsonIngestedAgainIsTheSameDataset) {
  ASSERT_OK_AND_ASSIGN(const ExportReport report, Export(ExportFormat::kNdjson));
  EXPECT_EQ(report.drawings, 300U);
  ASSERT_OK_AND_ASSIGN(const IngestReport again, Ingest({File("out")}, "again"));
  ASSERT_OK_AND_ASSIGN(const IngestReport direct, Ingest({kPairs}, "direct"));
  EXPECT_EQ(again.manifest, direct.manifest);
}

TEST_F(DatasetExport, RawNdjsonIngestedAgainIsTheSameDataset) {
  ASSERT_OK_AND_ASSIGN(const IngestReport direct, Ingest({kRawPairs}, "raw", PointsKind::kRaw));
  ASSERT_THAT(Export(ExportFormat::kNdjson, {}, 100, "raw"), IsOk());
  ASSERT_OK_AND_ASSIGN(const IngestReport again, Ingest({File("out")}, "again", PointsKind::kRaw));
  EXPECT_EQ(again.manifest.sample_digest, direct.manifest.sample_digest);
  EXPECT_EQ(again.manifest.shards, direct.manifest.shards);
}

TEST_F(DatasetExport, RawPointsDoNotGoIntoBinaryFiles) {
  ASSERT_THAT(Ingest({kRawPairs}, "raw", PointsKind::kRaw), IsOk());
  EXPECT_THAT(Export(ExportFormat::kBin, {}, 100, "raw"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/raw has raw points")));
  EXPECT_FALSE(LocalFileSystem().Exists(File("out")));
}

// The format can only say yes or no.
TEST_F(DatasetExport, DrawingsNotKnownToBeRecognizedAreCounted) {
  const std::string line = R"(,"drawing":[[[1],[2]]]})"
                           "\n";
  ASSERT_THAT(WriteFileAtomically(
                  LocalFileSystem(), File("in.ndjson"),
                  R"({"word":"cat","key_id":"1")" + line + R"({"word":"cat","recognized":false,"key_id":"2")" + line),
              IsOk());
  ASSERT_THAT(Ingest({File("in.ndjson")}, "unknown"), IsOk());
  ASSERT_OK_AND_ASSIGN(const ExportReport report, Export(ExportFormat::kBin, {}, 100, "unknown"));
  EXPECT_EQ(report.drawings, 2U);
  EXPECT_EQ(report.recognized_unknown, 1U);
}

TEST_F(DatasetExport, ASplitAndAClassAreAPart) {
  ASSERT_OK_AND_ASSIGN(const ExportReport valid, Export(ExportFormat::kNdjson, {.split = "valid", .filter = {}}));
  EXPECT_EQ(valid.drawings, 30U);
  ASSERT_THAT(LocalFileSystem().RemoveAll(File("out")), IsOk());
  ScanOptions scan;
  scan.split = "test";
  EXPECT_THAT(Export(ExportFormat::kNdjson, scan),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("valid, train")));
  EXPECT_FALSE(LocalFileSystem().Exists(File("out")));
}

TEST_F(DatasetExport, ArchivesHoldTheirNumberOfDrawings) {
  ASSERT_OK_AND_ASSIGN(const ExportReport report, Export(ExportFormat::kWebDataset, {}, 128));
  EXPECT_EQ(report.drawings, 300U);
  EXPECT_THAT(*LocalFileSystem().List(File("out")),
              ElementsAre("classes.txt", "drawings-000000.tar", "drawings-000001.tar", "drawings-000002.tar"));
  const std::string last = *ReadFile(LocalFileSystem(), File("out/drawings-000002.tar"));
  size_t entries = 0;
  for (size_t at = last.find("ustar"); at != std::string::npos; at = last.find("ustar", at + 1)) ++entries;
  EXPECT_EQ(entries, 2 * 44U);
}

TEST_F(DatasetExport, BinaryFilesHaveTheNamesOfTheirClasses) {
  ASSERT_OK_AND_ASSIGN(const ExportReport report, Export(ExportFormat::kBin));
  EXPECT_EQ(report.drawings, 300U);
  const std::vector<std::string> names = *LocalFileSystem().List(File("out"));
  EXPECT_EQ(names.size(), report.files);
  for (const std::string& name : names) EXPECT_THAT(name, ::testing::EndsWith(".bin"));
}

// What stands between two marks in a line of ndjson.
std::string Between(const std::string& line, const std::string& before, const std::string& after) {
  const size_t from = line.find(before) + before.size();
  return line.substr(from, line.find(after, from) - from);
}

TEST_F(DatasetExport, TheSameDrawingsInATableHaveTheSameSampleDigest) {
  std::string table = "countrycode,drawing,key_id,recognized,timestamp,word\n";
  const auto reader = *DrawingReader::Open({kPairs});
  for (Drawing drawing; *reader->Next(drawing);) {
    std::string line;
    AppendNdjson(drawing, line);
    table += drawing.country_code + ",\"" + Between(line, "\"drawing\":", "}") + "\"," +
             std::to_string(drawing.key_id) +
             (drawing.recognized == Drawing::Recognized::kTrue ? ",True," : ",False,") +
             Between(line, "\"timestamp\":\"", "\"") + "," + drawing.word + "\n";
  }
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), File("table.csv"), table), IsOk());
  ASSERT_OK_AND_ASSIGN(const IngestReport again, Ingest({File("table.csv")}, "again"));
  ASSERT_OK_AND_ASSIGN(const IngestReport direct, Ingest({kPairs}, "direct"));
  EXPECT_NE(again.manifest.sample_digest, "");
  EXPECT_EQ(again.manifest.sample_digest, direct.manifest.sample_digest);
}

TEST_F(DatasetExport, BinaryFilesIngestedAgainHaveTheSameSampleDigest) {
  ASSERT_THAT(Export(ExportFormat::kBin), IsOk());
  ASSERT_OK_AND_ASSIGN(const IngestReport again, Ingest({File("out")}, "again"));
  ASSERT_OK_AND_ASSIGN(const IngestReport direct, Ingest({kPairs}, "direct"));
  EXPECT_EQ(again.manifest.sample_digest, direct.manifest.sample_digest);
}

}  // namespace
}  // namespace doodle
