// One rank of the step benchmark: the trainer's own step on a batch from a formula (fixture.py), without a coordinator.
#ifndef DOODLE_BENCH_STEP_RANK_H_
#define DOODLE_BENCH_STEP_RANK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/recipe/precision.h"
#include "common/time/clock.h"

namespace doodle {

struct RankOptions {
  std::string model = "resnet18";
  int64_t size = 32;   // Pixels.
  int64_t batch = 64;  // Samples per rank.
  int64_t classes = 10;
  Precision precision = Precision::kFp32;
  absl::Duration duration = absl::Seconds(4);  // About; measured after a warm-up.
  int64_t steps = 0;                           // Not 0: exactly so many steps, no warm-up.
  std::string save_init;                       // Safetensors of the weights before the first step; rank 0.
  std::string save;                            // And after the last.
  uint32_t rank = 0;
  uint32_t ranks = 1;
  std::string store;  // File through which the ranks meet.
};

struct RankResult {
  double images_per_second = 0;  // Of all ranks together.
  std::vector<double> losses;    // Mean over the global batch; of every step when `steps` is given.
};

absl::StatusOr<RankResult> RunRank(const RankOptions& options, Clock& clock);

}  // namespace doodle

#endif  // DOODLE_BENCH_STEP_RANK_H_
