// A stable 64-bit hash: the same on every machine and in every version. DO NOT CHANGE: dataset order, splits and epoch
// plans on disk depend on it.
#ifndef DOODLE_COMMON_IDS_HASH64_H_
#define DOODLE_COMMON_IDS_HASH64_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace doodle {

// A bijection on 64 bits with full avalanche (the finalizer of SplitMix64: Steele, Lea, Flood 2014).
constexpr uint64_t Mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Folds `value` into `seed`; order matters.
constexpr uint64_t HashCombine(uint64_t seed, uint64_t value) { return Mix64(seed ^ Mix64(value)); }

uint64_t HashBytes(absl::string_view bytes);

}  // namespace doodle

#endif  // DOODLE_COMMON_IDS_HASH64_H_
