// A batch: pixels, labels and where each sample came from.
#ifndef DOODLE_WORKER_DATASET_BATCH_H_
#define DOODLE_WORKER_DATASET_BATCH_H_

#include <cstdint>
#include <vector>

#include "ATen/core/Tensor.h"

namespace doodle {

// Taken from the record whose pixels are in the batch, except lane and epoch, which the plan gave.
struct SampleOrigin {
  uint32_t lane = 0;
  uint64_t epoch = 0;
  uint64_t key_id = 0;

  bool operator==(const SampleOrigin&) const = default;
};

// Sample i is row i of all three.
struct Batch {
  at::Tensor pixels;                  // uint8 [samples, channels, size, size]
  at::Tensor labels;                  // int64 [samples]
  std::vector<SampleOrigin> origins;  // [samples]
  uint64_t step = 0;                  // Of the plan; evaluation: 0.

  int64_t samples() const { return static_cast<int64_t>(origins.size()); }
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DATASET_BATCH_H_
