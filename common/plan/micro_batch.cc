#include "common/plan/micro_batch.h"

#include <algorithm>

namespace doodle {

uint64_t AutoMicroBatch(uint64_t global_batch, uint32_t lanes, uint32_t max_ranks) {
  const uint64_t lanes_of_a_rank = (uint64_t{lanes} + max_ranks - 1) / max_ranks;
  const uint64_t samples_of_a_lane = (global_batch + lanes - 1) / lanes;
  return std::max(kSmallestMicroBatch, lanes_of_a_rank * samples_of_a_lane);
}

std::vector<uint64_t> MicroBatches(uint64_t samples, uint64_t limit) {
  const uint64_t pieces = samples / limit + (samples % limit != 0);
  std::vector<uint64_t> sizes;
  for (uint64_t piece = 0; piece < pieces; ++piece) {
    sizes.push_back(samples / pieces + (piece < samples % pieces));
  }
  return sizes;
}

}  // namespace doodle
