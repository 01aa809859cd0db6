// A rank's samples of a step, cut into micro-batches: samples per forward pass. Pure functions.
#ifndef DOODLE_COMMON_PLAN_MICRO_BATCH_H_
#define DOODLE_COMMON_PLAN_MICRO_BATCH_H_

#include <cstdint>
#include <vector>

namespace doodle {

// With pieces of at least this limit, a rank's samples (two or more) never leave a piece of a single sample.
inline constexpr uint64_t kSmallestMicroBatch = 3;

// `micro_batch: auto`: the largest share of a rank when the gang is at full size, ceil(C / max_ranks) * ceil(B / C),
// and at least kSmallestMicroBatch. A gang that shrinks to one rank accumulates more pieces and needs no more memory.
uint64_t AutoMicroBatch(uint64_t global_batch, uint32_t lanes, uint32_t max_ranks);

// Sizes of the ceil(samples / limit) pieces, in order; they differ by at most one, larger first. Empty for 0 samples.
// `limit` is at least 1.
std::vector<uint64_t> MicroBatches(uint64_t samples, uint64_t limit);

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_MICRO_BATCH_H_
