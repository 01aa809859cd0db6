// What a rank is told about its gang. Plain values; the trainer's link converts them from the wire.
#ifndef DOODLE_WORKER_GANG_ASSIGNMENT_H_
#define DOODLE_WORKER_GANG_ASSIGNMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/history/history.h"

namespace doodle {

// A checkpoint to load, by directory name below the job's checkpoints/.
struct RestoreSource {
  std::string checkpoint;
  StateTag tag;

  bool operator==(const RestoreSource&) const = default;
};

struct GangAssignment {
  std::string job;
  uint64_t generation = 0;
  uint32_t rank = 0;
  uint32_t world_size = 1;
  std::vector<double> weights;  // One per rank.
  History history;              // Without this generation.
  std::string rendezvous_prefix;
  std::optional<RestoreSource> restore;
  uint64_t total_steps = 0;  // Of all stages: the job ends here.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_ASSIGNMENT_H_
