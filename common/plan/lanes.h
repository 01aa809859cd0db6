// How many lanes a global batch is cut into, and which of them each rank walks. Pure functions.
#ifndef DOODLE_COMMON_PLAN_LANES_H_
#define DOODLE_COMMON_PLAN_LANES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"

namespace doodle {

// C of a global batch B: the largest divisor up to 256 if it is at least min(B, 64), else ceil(B / ceil(B / 256)).
// 1 <= C <= B; B is at least 1.
uint32_t DefaultLanes(uint64_t global_batch);

// The fewest lanes of a rank: ceil(2C/B). With that many, no rank ever has a step of fewer than two samples, which
// batch norm could not take.
uint32_t LanesPerRankAtLeast(uint64_t global_batch, uint32_t lanes);

// INVALID_ARGUMENT at the field "global_batch" when `max_ranks * ceil(2C/B) > C`; the message names the nearest
// global batch whose default lanes serve that many ranks, or says that none does.
absl::Status CheckRanks(uint64_t global_batch, uint32_t lanes, uint32_t max_ranks);

// Contiguous lane ranges, one per rank: rank r walks lanes boundaries[r] .. boundaries[r+1]-1. Sizes follow `weights`
// (equal weights: they differ by at most one), never below LanesPerRankAtLeast. The same on every machine.
// Empty when the ranks do not fit (CheckRanks), there is none, or a weight is not a finite number above 0.
std::vector<uint32_t> LaneBoundaries(uint32_t lanes, uint64_t global_batch, const std::vector<double>& weights);

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_LANES_H_
