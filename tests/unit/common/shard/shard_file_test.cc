#include <algorithm>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "common/io/file_system.h"
#include "common/shard/shard_footer.h"
#include "common/shard/shard_reader.h"
#include "common/shard/shard_writer.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/shard/random_drawings.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

uint32_t LabelOf(const Drawing& drawing) {
  const auto& classes = TestClasses();
  return static_cast<uint32_t>(std::find(classes.begin(), classes.end(), drawing.word) - classes.begin());
}

absl::StatusOr<ShardEntry> WriteShard(const std::string& path, const std::vector<Drawing>& drawings) {
  EncodingPool encoder(1);
  const PointsKind points = drawings.front().is_raw() ? PointsKind::kRaw : PointsKind::kSimplified;
  ShardWriter writer(*LocalFileSystem().Create(path), TestClasses().size(), points, encoder);
  for (const Drawing& drawing : drawings) {
    if (absl::Status status = writer.Append(drawing, LabelOf(drawing)); !status.ok()) return status;
  }
  return writer.Finish();
}

std::string Contents(const std::string& path) { return *ReadFile(LocalFileSystem(), path); }

void Overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class ShardFile : public ::testing::Test {
 protected:
  TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/shard-00000.dds";
};

TEST_F(ShardFile, AnyBlockCanBeReadOnItsOwn) {
  const auto drawings = RandomDrawings(2500);
  ASSERT_OK_AND_ASSIGN(const ShardEntry entry, WriteShard(path_, drawings));
  ASSERT_OK_AND_ASSIGN(const auto shard, ShardReader::Open(LocalFileSystem(), path_));
  EXPECT_EQ(entry.drawings, 2500U);
  EXPECT_EQ(entry.bytes, Contents(path_).size());
  EXPECT_EQ(entry.sha256, Sha256Hex(Contents(path_)));
  ASSERT_EQ(shard->blocks(), 3U);
  for (const size_t block : {2, 0, 1}) {
    ASSERT_OK_AND_ASSIGN(const auto read, shard->ReadBlock(block, TestClasses()));
    ASSERT_EQ(read.size(), block == 2 ? 452U : 1024U);
    EXPECT_TRUE(std::equal(read.begin(), read.end(), drawings.begin() + static_cast<int>(block * kBlockDrawings)));
  }
  EXPECT_THAT(shard->ReadBlock(3, TestClasses()), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(ShardFile, TheFooterHoldsKeyHashLabelAndFlagsOfEveryDrawing) {
  const auto drawings = RandomDrawings(1500);
  ASSERT_THAT(WriteShard(path_, drawings), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto shard, ShardReader::Open(LocalFileSystem(), path_));
  ASSERT_EQ(shard->rows().size(), drawings.size());
  for (size_t i = 0; i < drawings.size(); ++i) {
    const Drawing& drawing = drawings[i];
    const ShardRow expected{KeyHash(drawing.key_id), LabelOf(drawing), static_cast<uint8_t>(drawing.recognized)};
    ASSERT_EQ(shard->rows()[i], expected) << i;
  }
}

class ShardFileOfEitherKind : public ShardFile, public ::testing::WithParamInterface<PointsKind> {};

INSTANTIATE_TEST_SUITE_P(Points, ShardFileOfEitherKind, ::testing::Values(PointsKind::kSimplified, PointsKind::kRaw));

// Each bit of a small file: found at Open, or when its block is read.
TEST_P(ShardFileOfEitherKind, AnyFlippedBitIsFound) {
  ASSERT_THAT(WriteShard(path_, RandomDrawings(12, 1, GetParam())), IsOk());
  const std::string good = Contents(path_);
  ASSERT_OK_AND_ASSIGN(const auto intact, ShardReader::Open(LocalFileSystem(), path_));
  const uint64_t block_end = kShardHeaderBytes + intact->block_bytes(0);
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    const size_t i = bit / 8;
    std::string bad = good;
    bad[i] ^= static_cast<char>(1 << bit % 8);
    Overwrite(path_, bad);
    const auto shard = ShardReader::Open(LocalFileSystem(), path_);
    if (i < kShardHeaderBytes || i >= block_end) {
      ASSERT_THAT(shard, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard-00000.dds"))) << "byte " << i;
      continue;
    }
    ASSERT_THAT(shard, IsOk()) << "byte " << i;
    EXPECT_THAT((*shard)->ReadBlock(0, TestClasses()),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard-00000.dds: block 0: bad checksum")));
  }
}

TEST_F(ShardFile, TheDamagedBlockIsNamedAndTheOthersStayReadable) {
  ASSERT_THAT(WriteShard(path_, RandomDrawings(2 * kBlockDrawings + 100)), IsOk());
  const std::string good = Contents(path_);
  ASSERT_OK_AND_ASSIGN(const auto intact, ShardReader::Open(LocalFileSystem(), path_));
  uint64_t begin = kShardHeaderBytes;
  for (size_t damaged = 0; damaged < 3; begin += intact->block_bytes(damaged++)) {
    for (const uint64_t at : {begin, begin + 5000 / (damaged + 1), begin + intact->block_bytes(damaged) - 1}) {
      std::string bad = good;
      bad[at] ^= 1;
      Overwrite(path_, bad);
      ASSERT_OK_AND_ASSIGN(const auto shard, ShardReader::Open(LocalFileSystem(), path_));
      for (size_t block = 0; block < 3; ++block) {
        const auto drawings = shard->ReadBlock(block, TestClasses());
        EXPECT_EQ(drawings.ok(), block != damaged);
        if (block != damaged) continue;
        EXPECT_THAT(drawings,
                    StatusIs(absl::StatusCode::kDataLoss, HasSubstr("block " + std::to_string(block) + ": bad")));
      }
    }
  }
}

TEST_P(ShardFileOfEitherKind, AFileCutAtAnyLengthIsRefused) {
  ASSERT_THAT(WriteShard(path_, RandomDrawings(40, 1, GetParam())), IsOk());
  const std::string good = Contents(path_);
  for (size_t length = 0; length < good.size(); ++length) {
    Overwrite(path_, good.substr(0, length));
    ASSERT_THAT(ShardReader::Open(LocalFileSystem(), path_), StatusIs(absl::StatusCode::kDataLoss)) << length;
  }
  Overwrite(path_, good + good);
  EXPECT_THAT(ShardReader::Open(LocalFileSystem(), path_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("its trailer says")));
}

TEST_F(ShardFile, ANewerVersionIsRefusedByName) {
  ASSERT_THAT(WriteShard(path_, RandomDrawings(40)), IsOk());
  std::string bytes = Contents(path_);
  std::string header = bytes.substr(0, 8) + std::string("\x04\0\0\0", 4);
  const uint32_t crc = Crc32c(header);
  for (int shift = 0; shift < 32; shift += 8) header += static_cast<char>(crc >> shift);
  Overwrite(path_, header + bytes.substr(16));
  EXPECT_THAT(ShardReader::Open(LocalFileSystem(), path_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("shard version 4, this program reads versions up to 3")));
}

Drawing Example() {
  Drawing drawing;
  drawing.key_id = 5201136883597312;
  drawing.word = "cat";
  drawing.recognized = Drawing::Recognized::kTrue;
  drawing.stroke_lengths = {3, 1};
  drawing.x = {130, 113, 99, 7};
  drawing.y = {72, 40, 27, 8};
  return drawing;
}

// The worked example of docs/formats/shard.md.
TEST_F(ShardFile, TheDocumentedExampleHasItsBytes) {
  Drawing drawing = Example();
  drawing.times_ms = {0, 16, 40, 500};
  ASSERT_THAT(WriteShard(path_, {drawing}), IsOk());
  EXPECT_EQ(absl::BytesToHexString(Contents(path_)),
            "444f4f444c45534802000000f054c5c9"  // Header.
            "cd15dd096c1a8dd101"                // Block: first key hash, one drawing.
            "010102020203010202"
            "82a4020248ed0202eff2"
            "0202e0f3000000000000"
            "060601001018cc03"  // Times of points.
            "01012ecfa0d7c0"
            "090900808080e380cd9e09"
            "02020200"
            "010102"  // Footer.
            "6f000000000000001900000"
            "007aa825a44454e449656b5ff");
}

// The second worked example: the same drawing as drawn.
TEST_F(ShardFile, TheDocumentedRawExampleHasItsBytes) {
  Drawing drawing = Example();
  drawing.raw_x = {310, 293.5, 279, 187};
  drawing.raw_y = {172, 140, 127.25, 108};
  drawing.times_ms = {0, 16, 40, 500};
  FitToGrid(drawing);
  ASSERT_THAT(WriteShard(path_, {drawing}), IsOk());
  EXPECT_EQ(absl::BytesToHexString(Contents(path_)),
            "444f4f444c4553480300000048fe8014"  // Header.
            "cd15dd096c1a8dd101"                // Block: first key hash, one drawing.
            "0101020202"
            "0301"
            "101000ffffff007f7fff36100ea087000000"  // x.
            "101000ffffff00ffffff583f1a4c86000000"  // y.
            "000000000000"
            "060601001018cc03"  // Times of points.
            "010142a68ea4ad"
            "090900808080e380cd9e09"
            "02020200"
            "010102"  // Footer.
            "830000000000000019000000"
            "399c691544454e448b593a6f");
}

// A file of the first version, which lacks the times of points.
TEST_F(ShardFile, VersionOneIsRead) {
  Overwrite(path_, absl::HexStringToBytes("444f4f444c45534801000000c9dde7ab"  // Header.
                                          "cd15dd096c1a8dd101"                // Block: first key hash, one drawing.
                                          "010102020203010202"
                                          "82a4020248ed0202eff2"
                                          "0202e0f3000000000000"
                                          "010126f217a788"
                                          "090900808080e380cd9e09"
                                          "02020200"
                                          "010102"  // Footer.
                                          "67000000000000001900000"
                                          "0326a72fe44454e44531373ec"));
  ASSERT_OK_AND_ASSIGN(const auto shard, ShardReader::Open(LocalFileSystem(), path_));
  ASSERT_OK_AND_ASSIGN(const auto drawings, shard->ReadBlock(0, TestClasses()));
  EXPECT_EQ(drawings, std::vector<Drawing>{Example()});
}

TEST_F(ShardFile, TheWriterRefusesWhatTheFormatCannotHold) {
  auto drawings = RandomDrawings(2);
  EncodingPool encoder(1);
  ShardWriter writer(*LocalFileSystem().Create(path_), 3, PointsKind::kSimplified, encoder);
  EXPECT_THAT(writer.Append(drawings[0], 3), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no class 3")));
  ASSERT_THAT(writer.Append(drawings[1], 0), IsOk());
  EXPECT_THAT(writer.Append(drawings[0], 0), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("order")));
  EXPECT_THAT(writer.Append(drawings[1], 0), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("order")));
  EXPECT_THAT(writer.Append(RandomDrawings(1, 1, PointsKind::kRaw)[0], 0),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("raw points in a dataset of simplified ones")));
  ShardWriter empty(*LocalFileSystem().Create(path_), 3, PointsKind::kRaw, encoder);
  EXPECT_THAT(empty.Append(drawings[0], 0),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("simplified points in a dataset of raw ones")));
  EXPECT_THAT(empty.Finish(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace doodle
