// Random choices that are keyed by what they are for: a counter-based generator, so that any part of a plan is computed
// without the parts before it. DO NOT CHANGE: the order of every recorded run depends on it (kPlanVersion).
#ifndef DOODLE_COMMON_PLAN_KEYED_SHUFFLE_H_
#define DOODLE_COMMON_PLAN_KEYED_SHUFFLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "common/ids/hash64.h"
#include "common/plan/shuffle_draws.h"

namespace doodle {

inline constexpr uint32_t kPlanVersion = 1;  // Rises with any change of the order.

// What a key is for. Persistent: DO NOT CHANGE.
enum class PlanDomain : uint64_t { kShards = 1, kRuns = 2, kWindow = 3, kProbe = 4 };

inline uint64_t PlanKey(uint64_t parent, PlanDomain domain, std::initializer_list<uint64_t> parts = {}) {
  uint64_t key = HashCombine(parent, static_cast<uint64_t>(domain));
  for (uint64_t part : parts) key = HashCombine(key, part);
  return key;
}

// The counter-th value of the key's stream, evenly from 0 .. bound-1: the high half of a 64 by 64 bit product, whose
// bias is below bound / 2^64 (Lemire 2019).
inline uint64_t DrawBelow(uint64_t key, uint64_t counter, uint64_t bound) {
  const uint64_t random = Mix64(key + counter * 0x9e3779b97f4a7c15ULL);
  return static_cast<uint64_t>((static_cast<unsigned __int128>(random) * bound) >> 64);
}

// Fisher-Yates, from the last item down: for i = size .. 2, items[i-1] and items[DrawBelow(key, i, i)] change places.
// Fewer than 2^32 - 256 items.
template <typename T>
void KeyedShuffle(std::span<T> items, uint64_t key) {
  std::array<uint32_t, kShuffleDraws> draws;
  for (size_t end = items.size(); end > 1;) {
    const size_t begin = end > kShuffleDraws ? end - kShuffleDraws : 0;
    DrawForShuffle(key, begin + 1, end - begin, draws);
    for (; end > begin; --end) std::swap(items[end - 1], items[draws[end - 1 - begin]]);
  }
}

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_KEYED_SHUFFLE_H_
