// The order of drawings in a dataset: by key hash. The hash is a bijection, so a file needs to hold only one of key
// and hash, and two different keys never tie.
#ifndef DOODLE_COMMON_SHARD_KEY_ORDER_H_
#define DOODLE_COMMON_SHARD_KEY_ORDER_H_

#include <cstdint>

#include "common/ids/hash64.h"

namespace doodle {

// DO NOT CHANGE: order on disk, splits and plans depend on it.
constexpr uint64_t KeyHash(uint64_t key_id) { return Mix64(key_id); }

// The key whose hash it is: each step of Mix64 undone, last first (the factors are the inverses modulo 2^64).
constexpr uint64_t KeyOfHash(uint64_t hash) {
  uint64_t x = hash ^ (hash >> 31) ^ (hash >> 62);
  x *= 0x319642b2d24d8ec3ULL;
  x ^= (x >> 27) ^ (x >> 54);
  x *= 0x96de1b173f119089ULL;
  x ^= (x >> 30) ^ (x >> 60);
  return x - 0x9e3779b97f4a7c15ULL;
}

static_assert(KeyOfHash(KeyHash(0)) == 0 && KeyOfHash(KeyHash(5201136883597312ULL)) == 5201136883597312ULL);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_KEY_ORDER_H_
