#include "common/shard/block_codec.h"

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

TEST(BlockCodec, DrawingsComeBackWithEverythingThatIsKnown) {
  for (const size_t count : {1, 2, 1024}) {
    const auto drawings = RandomDrawings(count);
    ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeBlock(drawings));
    ASSERT_OK_AND_ASSIGN(const auto back, DecodeBlock(bytes, kShardVersion, RowsOf(drawings), TestClasses()));
    EXPECT_EQ(back, drawings);
  }
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
  EXPECT_THAT(DecodeBlock(bytes, kShardVersion, other, TestClasses()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("does not belong to its place")));
  auto fewer = RowsOf(drawings);
  fewer.pop_back();
  EXPECT_THAT(DecodeBlock(bytes, kShardVersion, fewer, TestClasses()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(BlockCodec, ALabelWithoutAClassIsRefused) {
  const auto drawings = RandomDrawings(20);
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeBlock(drawings));
  EXPECT_THAT(DecodeBlock(bytes, kShardVersion, RowsOf(drawings), {"The Eiffel Tower"}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("classes")));
}

// The checksum is not the decoder's: damaged bytes that reach it must not crash it nor make it allocate without bound.
TEST(BlockCodec, DamagedBytesAreRefusedOrDecodeToLegalDrawings) {
  const auto drawings = RandomDrawings(50);
  const auto rows = RowsOf(drawings);
  ASSERT_OK_AND_ASSIGN(const std::string good, EncodeBlock(drawings));
  std::mt19937_64 random(3);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes = good;
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips)
      bytes[random() % bytes.size()] ^= char(1 << random() % 8);
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const auto back = DecodeBlock(bytes, kShardVersion, rows, TestClasses());
    if (back.ok()) {
      EXPECT_EQ(back->size(), drawings.size());
    } else {
      EXPECT_THAT(back, StatusIs(absl::StatusCode::kDataLoss));
    }
  }
}

}  // namespace
}  // namespace doodle
