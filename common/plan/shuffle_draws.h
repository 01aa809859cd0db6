// The random choices of a shuffle, many at a time in the processor's vectors. Internal to this folder.
#ifndef DOODLE_COMMON_PLAN_SHUFFLE_DRAWS_H_
#define DOODLE_COMMON_PLAN_SHUFFLE_DRAWS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace doodle {

inline constexpr size_t kShuffleDraws = 256;  // Of one call; small enough to stay in the first cache.

// Sets draws[i] = DrawBelow(key, first + i, first + i) for i below `count`, at most kShuffleDraws; what lies behind is
// overwritten. first + kShuffleDraws is below 2^32. The same numbers on every processor.
void DrawForShuffle(uint64_t key, uint64_t first, size_t count, std::array<uint32_t, kShuffleDraws>& draws);

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_SHUFFLE_DRAWS_H_
