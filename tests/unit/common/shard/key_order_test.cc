#include "common/shard/key_order.h"

#include <random>

#include "gtest/gtest.h"

namespace doodle {
namespace {

// The footer stores keys, the order is by hash: both ways must agree for any key.
TEST(KeyOrder, KeyOfHashUndoesKeyHash) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t key = random() >> (random() % 64);
    ASSERT_EQ(KeyOfHash(KeyHash(key)), key);
    ASSERT_EQ(KeyHash(KeyOfHash(key)), key);
  }
}

// On disk in every dataset: a change of the order would break them all.
TEST(KeyOrder, TheHashOfAKnownKeyStays) {
  EXPECT_EQ(KeyHash(0), 0xe220a8397b1dcdafULL);  // First output of SplitMix64 seeded with 0.
}

}  // namespace
}  // namespace doodle
