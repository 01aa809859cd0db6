#include "common/storage/piece_cache.h"

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

constexpr uint64_t kHeader = 38;

class PieceCacheTest : public testing::Test {
 protected:
  std::unique_ptr<PieceCache> Open(uint64_t limit) {
    auto cache = PieceCache::Open(LocalFileSystem(), directory_.path(), limit);
    EXPECT_THAT(cache, IsOk());
    return *std::move(cache);
  }

  // Modification times have the clock's resolution; a test sets them apart.
  void SetAge(const std::string& name, int seconds) {
    const auto now = std::filesystem::last_write_time(directory_.path());
    std::filesystem::last_write_time(directory_.File(name), now - std::chrono::seconds(seconds));
  }

  uint64_t BytesOnDisk() {
    uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) bytes += entry.file_size();
    return bytes;
  }

  TemporaryDirectory directory_;
};

TEST_F(PieceCacheTest, WhatIsWrittenIsReadAlsoByTheNextProcess) {
  ASSERT_THAT(Open(1000)->Write("a", "0123456789"), IsOk());
  const auto cache = Open(1000);
  EXPECT_EQ(cache->bytes(), 10 + kHeader);
  EXPECT_EQ(cache->Read("a", 3, 4), "3456");
  EXPECT_EQ(cache->Read("a", 0, 10), "0123456789");
  EXPECT_EQ(cache->Read("a", 8, 3), std::nullopt);
  EXPECT_EQ(cache->Read("b", 0, 1), std::nullopt);
}

TEST_F(PieceCacheTest, TheLeastRecentlyReadPiecesMakeRoomWithinTheLimit) {
  const uint64_t piece = 100 + kHeader;
  const auto cache = Open(4 * piece);
  const std::string content(100, 'x');
  for (const char* name : {"a", "b", "c", "d"}) ASSERT_THAT(cache->Write(name, content), IsOk());
  SetAge("a", 40);
  SetAge("b", 30);
  SetAge("c", 20);
  SetAge("d", 10);
  EXPECT_TRUE(cache->Read("a", 0, 1));  // Now the youngest.
  ASSERT_THAT(cache->Write("e", content), IsOk());
  EXPECT_LE(BytesOnDisk(), 4 * piece);
  EXPECT_FALSE(cache->Read("b", 0, 1));
  EXPECT_TRUE(cache->Read("a", 0, 1));
  EXPECT_TRUE(cache->Read("e", 0, 1));
}

TEST_F(PieceCacheTest, ManyMorePiecesThanFitNeverPassTheLimit) {
  const auto cache = Open(5000);
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(cache->Write("piece" + std::to_string(i), std::string(300, 'x')), IsOk());
    ASSERT_LE(BytesOnDisk(), 5000U);
  }
  EXPECT_TRUE(cache->Read("piece199", 0, 300));
}

TEST_F(PieceCacheTest, ALimitLoweredBetweenRunsHoldsFromTheStart) {
  for (const char* name : {"a", "b", "c"}) ASSERT_THAT(Open(10000)->Write(name, std::string(1000, 'x')), IsOk());
  EXPECT_LE(Open(1500)->bytes(), 1500U);
  EXPECT_LE(BytesOnDisk(), 1500U);
}

TEST_F(PieceCacheTest, ADamagedOrCutPieceIsMissedAndRemoved) {
  ASSERT_THAT(Open(1000)->Write("a", "0123456789"), IsOk());
  ASSERT_THAT(Open(1000)->Write("b", "0123456789"), IsOk());
  std::fstream(directory_.File("a")).seekp(kHeader + 4).put('X');
  std::filesystem::resize_file(directory_.File("b"), kHeader + 5);
  const auto cache = Open(1000);
  EXPECT_EQ(cache->Read("a", 0, 3), std::nullopt);
  EXPECT_EQ(cache->Read("b", 0, 3), std::nullopt);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(PieceCacheTest, APieceAboveTheLimitIsRefused) {
  EXPECT_THAT(Open(100)->Write("a", std::string(200, 'x')), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(PieceCacheTest, APieceEvictedByAnotherProcessIsMissed) {
  const auto cache = Open(1000);
  ASSERT_THAT(cache->Write("a", "0123456789"), IsOk());
  EXPECT_TRUE(cache->Read("a", 0, 1));
  std::filesystem::remove(directory_.File("a"));
  EXPECT_EQ(cache->Read("a", 0, 1), std::nullopt);
}

}  // namespace
}  // namespace doodle
