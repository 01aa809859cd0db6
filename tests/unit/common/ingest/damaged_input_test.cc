// Whatever a file holds, a reader gives sound drawings or says what is wrong, and holds no more than its limit.
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/drawing/drawing_check.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/ingest.h"
#include "common/ingest/line_reader.h"
#include "common/shard/shard_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/damaged_records.h"
#include "tests/unit/common/ingest/mutator.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

constexpr char kSimplified[] = "tests/data/quickdraw/pairs/simplified.ndjson.gz";
constexpr char kRaw[] = "tests/data/quickdraw/pairs/raw.ndjson.gz";

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void AddLines(const std::string& path, std::vector<std::string>& out) {
  ASSERT_OK_AND_ASSIGN(UnpackedContent content, OpenInputFile(LocalFileSystem(), {path}));
  LineReader reader(std::move(content.source));
  for (Line line; *reader.Next(line);) out.emplace_back(line.text);
}

struct Outcome {
  std::vector<Drawing> drawings;
  size_t refused = 0;
  absl::Status end;  // OK at the end of the file.
};

// Reads to the end or to a final error; each drawing and each refusal is checked.
Outcome ReadDamaged(const std::string& path) {
  Outcome outcome;
  const auto reader = *DrawingReader::Open({path});
  uint64_t line = 0;
  for (Drawing drawing; true;) {
    const absl::StatusOr<bool> more = reader->Next(drawing);
    if (more.ok() && !*more) return outcome;
    if (more.ok()) {
      EXPECT_THAT(CheckDrawing(drawing), IsOk());
      outcome.drawings.push_back(drawing);
    } else if (absl::IsInvalidArgument(more.status())) {
      ++outcome.refused;
      EXPECT_GT(reader->bad_line().line, line);
      EXPECT_EQ(reader->bad_line().file, path);
      EXPECT_FALSE(reader->bad_line().reason.empty());
      line = reader->bad_line().line;
    } else {
      outcome.end = more.status();
      return outcome;
    }
  }
}

class Damaged : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }
  TemporaryDirectory directory_;
  Mutator mutator_{20'260'101};
};

TEST_F(Damaged, LinesGiveSoundDrawingsOrAReasonWithTheirNumber) {
  std::vector<std::string> lines;
  AddLines(kSimplified, lines);
  AddLines(kRaw, lines);
  constexpr size_t kInFile = 2000;
  size_t good = 0;
  size_t refused = 0;
  const size_t records = DamagedRecords();
  for (size_t done = 0; done < records; done += kInFile) {
    std::string text = LineOf("1");  // The first bytes decide what a file is.
    for (size_t i = 0; i < kInFile; ++i) text += mutator_.Damage(lines[mutator_.Below(lines.size())]) + "\n";
    WriteText(File("a.ndjson"), text);
    const Outcome outcome = ReadDamaged(File("a.ndjson"));
    ASSERT_THAT(outcome.end, IsOk());
    good += outcome.drawings.size();
    refused += outcome.refused;
  }
  EXPECT_GT(good, records / 50);
  EXPECT_GT(refused, records / 2);
}

// What was read before the damage is what the whole file begins with: zlib gives no byte that it cannot unpack.
TEST_F(Damaged, ATruncatedGzipFileGivesItsFirstDrawingsAndDataLoss) {
  const std::string bytes = ReadBytes(kSimplified);
  const std::vector<Drawing> whole = ReadDamaged(kSimplified).drawings;
  ASSERT_EQ(whole.size(), 300U);
  for (int round = 0; round < 200; ++round) {
    WriteText(File("a.ndjson.gz"), bytes.substr(0, 2 + mutator_.Below(bytes.size() - 2)));
    const Outcome outcome = ReadDamaged(File("a.ndjson.gz"));
    EXPECT_THAT(outcome.end, StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_EQ(outcome.refused, 0U);
    ASSERT_LT(outcome.drawings.size(), whole.size() + 1);
    EXPECT_TRUE(std::equal(outcome.drawings.begin(), outcome.drawings.end(), whole.begin()));
  }
}

TEST_F(Damaged, AGzipFileWithAFlippedBitIsNeverTakenForWholeWithOtherDrawings) {
  const std::string bytes = ReadBytes(kSimplified);
  const std::vector<Drawing> whole = ReadDamaged(kSimplified).drawings;
  size_t lost = 0;
  for (int round = 0; round < 200; ++round) {
    std::string damaged = bytes.substr(2);  // Without its magic bytes a file is another format.
    mutator_.FlipBit(damaged);
    WriteText(File("a.ndjson.gz"), bytes.substr(0, 2) + damaged);
    const Outcome outcome = ReadDamaged(File("a.ndjson.gz"));
    EXPECT_TRUE(!outcome.end.ok() || outcome.drawings == whole) << "round " << round;
    lost += absl::IsDataLoss(outcome.end);
  }
  EXPECT_GT(lost, 190U);
}

// The drawings of all blocks, or the error.
absl::StatusOr<std::vector<Drawing>> ReadShard(const std::string& path, const std::vector<std::string>& classes) {
  const auto shard = ShardReader::Open(LocalFileSystem(), path);
  if (!shard.ok()) return shard.status();
  std::vector<Drawing> out;
  for (size_t block = 0; block < (*shard)->blocks(); ++block) {
    const auto drawings = (*shard)->ReadBlock(block, classes);
    if (!drawings.ok()) return drawings.status();
    out.insert(out.end(), drawings->begin(), drawings->end());
  }
  return out;
}

TEST_F(Damaged, AShardIsReadAsItWasWrittenOrNotAtAll) {
  IngestOptions options;
  options.inputs = {kSimplified};
  options.output = File("dataset");
  ASSERT_OK_AND_ASSIGN(const IngestReport report, Ingest(LocalFileSystem(), options));
  const std::vector<std::string>& classes = report.manifest.classes;
  const std::string path = File("dataset/" + report.manifest.shards.at(0).file);
  ASSERT_OK_AND_ASSIGN(const auto whole, ReadShard(path, classes));
  ASSERT_EQ(whole.size(), 300U);
  const std::string bytes = ReadBytes(path);
  size_t refused = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string damaged = bytes;
    if (round % 4 == 0) damaged.resize(mutator_.Below(bytes.size()));
    if (round % 4 == 1) damaged.insert(mutator_.Below(bytes.size()), bytes.substr(0, 1 + mutator_.Below(100)));
    if (round % 4 >= 2) mutator_.FlipBit(damaged);
    WriteText(File("damaged"), damaged);
    const auto drawings = ReadShard(File("damaged"), classes);
    if (drawings.ok()) {
      EXPECT_EQ(*drawings, whole) << "round " << round;
      continue;
    }
    ++refused;
    const bool says_why = absl::IsDataLoss(drawings.status()) || absl::IsFailedPrecondition(drawings.status());
    EXPECT_TRUE(says_why) << drawings.status();
  }
  EXPECT_GT(refused, 950U);
}

// A line of `length` bytes and a short one, none of them stored; notes how much was asked for at once.
class OneLongLine final : public ByteSource {
 public:
  OneLongLine(uint64_t length, size_t& largest_read) : length_(length), largest_read_(largest_read) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    largest_read_ = std::max(largest_read_, size);
    const size_t count = std::min<uint64_t>(size, length_ + kEnd.size() - given_);
    for (size_t i = 0; i < count; ++i, ++given_) out[i] = given_ < length_ ? '[' : kEnd[given_ - length_];
    return count;
  }
  uint64_t bytes_read() const override { return given_; }

 private:
  static constexpr absl::string_view kEnd = "\nend\n";
  const uint64_t length_;
  size_t& largest_read_;
  uint64_t given_ = 0;
};

// The reader asks for what its buffer has room for, so that no request can be larger than the buffer.
TEST(LongLine, Of100MegabytesIsRefusedWithoutBeingHeld) {
  size_t largest_read = 0;
  LineReader reader(std::make_unique<OneLongLine>(100'000'000, largest_read));
  Line line;
  ASSERT_TRUE(*reader.Next(line));
  EXPECT_TRUE(line.too_long);
  EXPECT_EQ(line.text, "");
  ASSERT_TRUE(*reader.Next(line));
  EXPECT_EQ(line.text, "end");
  EXPECT_EQ(line.number, 2U);
  EXPECT_LE(largest_read, kMaxLineBytes + 2);
}

}  // namespace
}  // namespace doodle
