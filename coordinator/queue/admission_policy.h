// Which job runs where, or why not yet. Pure: the same jobs and slots give the same answer.
#ifndef DOODLE_COORDINATOR_QUEUE_ADMISSION_POLICY_H_
#define DOODLE_COORDINATOR_QUEUE_ADMISSION_POLICY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/ids/slot_id.h"

namespace doodle {

struct PendingJob {
  std::string id{};
  int32_t priority = 0;  // Higher goes first.
  uint64_t order = 0;    // Of submission; lower goes first at equal priority.
  uint32_t min_ranks = 1;
  uint32_t max_ranks = 1;
};

// A live worker.
struct WorkerSlots {
  std::string worker{};
  uint32_t total = 0;
  std::vector<uint32_t> free{};
  uint32_t releasing = 0;  // Their trainers have been told to end.
};

struct Placement {
  std::string job{};
  std::vector<SlotId> slots{};  // Sorted; at least min_ranks, at most max_ranks.
};

struct AdmissionDecision {
  std::vector<Placement> placements{};
  std::map<std::string, std::string> reasons{};  // By job, one for each that was not placed.
};

// Jobs go in order of priority, then submission; each takes as many slots as it can use, on as few workers as
// possible. The first one that fits the fleet but not the free slots holds back those behind it, so that small jobs
// never starve a large one; one that the fleet is too small for holds nobody back. A job that could use more slots than
// are free waits while others are being released: two trainers of one job never end at the same moment.
AdmissionDecision DecideAdmission(std::vector<PendingJob> jobs, std::vector<WorkerSlots> workers);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_QUEUE_ADMISSION_POLICY_H_
