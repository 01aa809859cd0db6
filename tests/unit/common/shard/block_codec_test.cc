#include "common/shard/block_codec.h"

#include <cmath>
#include <limits>
#include <random>

#include "common/shard/shard_footer.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/shard/random_drawings.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

std::vector<ShardRow> RowsOf(const std::vector<Drawing>& drawings) {
  std::vector<ShardRow> rows;
  for (const Drawing& drawing : drawings) {
    const auto label = std::find(TestClasses().begin(), TestClasses().end(), drawing.word) - TestClasses().begin();
    rows.push_back({KeyHash(drawing.key_id), static_cast<uint32_t>(label), static_cast<uint8_t>(drawing.recognized)});
  }
  return rows;
}

constexpr uint32_t kSimplified = ShardVersionOf(PointsKind::kSimplified);
constexpr uint32_t kRaw = ShardVersionOf(PointsKind::kRaw);

TEST(BlockCodec, DrawingsComeBackWithEverythingThatIsKnown) {
  for (const size_t count : {1, 2, 1024}) {
    for (const PointsKind points : {PointsKind::kSimplified, PointsKind::kRaw}) {
      const auto drawings = RandomDrawings(count, 1, points);
      ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeBlock(drawings));
      ASSERT_OK_AND_ASSIGN(const auto back,
                           DecodeBlock(bytes, ShardVersionOf(points), RowsOf(drawings), TestClasses()));
      EXPECT_EQ(back, drawings);
    }
  }
}

// Also those that no file has: the least and the largest numbers, and both zeros.
TEST(BlockCodec, EveryBitOfACoordinateComesBack) {
  auto drawings = RandomDrawings(1, 1, PointsKind::kRaw);
  drawings[0].raw_x[0] = -0.0F;
  drawings[0].raw_y[0] = 1.4e-45F;
  drawings[0].raw_x.back() = -3.4028235e38F;
  drawings[0].raw_y.back() = 3.4028235e38F;
  FitToGrid(drawings[0]);
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeBlock(drawings));
  ASSERT_OK_AND_ASSIGN(const auto back, DecodeBlock(bytes, kRaw, RowsOf(drawings), TestClasses()));
  EXPECT_EQ(back, drawings);
  EXPECT_TRUE(std::signbit(back[0].raw_x[0]));
}

TEST(BlockCodec, RawPointsThatAreNotFiniteOrHaveNoTimesAreRefused) {
  auto drawings = RandomDrawings(1, 1, PointsKind::kRaw);
  drawings[0].times_ms.clear();
  ASSERT_OK_AND_ASSIGN(const std::string timeless, EncodeBlock(drawings));
  EXPECT_THAT(DecodeBlock(timeless, kRaw, RowsOf(drawings), TestClasses()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("without times")));
  drawings[0].raw_y[0] = std::numeric_limits<float>::infinity();
  ASSERT_OK_AND_ASSIGN(const std::string infinite, EncodeBlock(drawings));
  EXPECT_THAT(DecodeBlock(infinite, kRaw, RowsOf(drawings), TestClasses()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("bad strokes in drawing 0")));
}

// Country and time cost next to nothing where no drawing has them.
TEST(BlockCodec, WhatIsNotKnownIsCheap) {
  auto drawings = RandomDrawings(1024);
  ASSERT_OK_AND_ASSIGN(const std::string with, EncodeBlock(drawings));
  for (Drawing& drawing : drawings) {
    drawing.country_code.clear();
    drawing.timestamp_ms = 0;
    drawing.times_ms.clear();
  }
  ASSERT_OK_AND_ASSIGN(const std::string without, EncodeBlock(drawings));
  const Drawing& first = drawings.front();
  std::vector<Drawing> one = {first};
  ASSERT_OK_AND_ASSIGN(const std::string single, EncodeBlock(one));
  EXPECT_GT(with.size(), without.size() + 2 * drawings.size());
  EXPECT_LE(single.size(), 8 + 1 + 10 * 2 + 1 + first.stroke_lengths.size() + 2 * first.points());
}

TEST(BlockCodec, ABlockReadAtAnotherPlaceIsRefused) {
  const auto drawings = RandomDrawings(20);
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeBlock(drawings));
  const auto other = RowsOf(RandomDrawings(20, 2));
  EXPECT_THAT(DecodeBlock(bytes, kSimplified, other, TestClasses()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("does not belong to its place")));
  auto fewer = RowsOf(drawings);
  fewer.pop_back();
  EXPECT_THAT(DecodeBlock(bytes, kSimplified, fewer, TestClasses()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(BlockCodec, ALabelWithoutAClassIsRefused) {
  const auto drawings = RandomDrawings(20);
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeBlock(drawings));
  EXPECT_THAT(DecodeBlock(bytes, kSimplified, RowsOf(drawings), {"The Eiffel Tower"}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("classes")));
}

// The checksum is not the decoder's: damaged bytes that reach it must not crash it nor make it allocate without bound.
void DamagedBytesAreRefusedOrDecodeToLegalDrawings(PointsKind points) {
  const auto drawings = RandomDrawings(50, 1, points);
  const auto rows = RowsOf(drawings);
  ASSERT_OK_AND_ASSIGN(const std::string good, EncodeBlock(drawings));
  std::mt19937_64 random(3);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes = good;
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips)
      bytes[random() % bytes.size()] ^= char(1 << random() % 8);
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const auto back = DecodeBlock(bytes, ShardVersionOf(points), rows, TestClasses());
    if (back.ok()) {
      EXPECT_EQ(back->size(), drawings.size());
    } else {
      EXPECT_THAT(back, StatusIs(absl::StatusCode::kDataLoss));
    }
  }
}

TEST(BlockCodec, DamagedSimplifiedBytesAreRefusedOrDecodeToLegalDrawings) {
  DamagedBytesAreRefusedOrDecodeToLegalDrawings(PointsKind::kSimplified);
}

TEST(BlockCodec, DamagedRawBytesAreRefusedOrDecodeToLegalDrawings) {
  DamagedBytesAreRefusedOrDecodeToLegalDrawings(PointsKind::kRaw);
}

}  // namespace
}  // namespace doodle
