// Port: the collectives that the gang's protocol needs. The data path (gradients) is worker/collective's own.
#ifndef DOODLE_WORKER_GANG_COLLECTIVE_H_
#define DOODLE_WORKER_GANG_COLLECTIVE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/gang/assignment.h"

namespace doodle {

// Single-threaded: the training thread. Any error means that the group is broken: Destroy it.
class Collective {
 public:
  virtual ~Collective() = default;
  // Builds the group of `assignment`; every rank calls it. UNAVAILABLE or DEADLINE_EXCEEDED name the pair.
  virtual absl::Status Form(const GangAssignment& assignment) = 0;
  virtual absl::StatusOr<std::vector<std::string>> AllGather(const std::string& mine) = 0;  // By rank.
  virtual absl::Status Barrier() = 0;
  // Waits for the peers' destruction never; safe after an error and when there is no group.
  virtual void Destroy() = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_COLLECTIVE_H_
