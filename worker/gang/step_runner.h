// Port: the work between forming and leaving. Runs steps until one of the outcomes.
#ifndef DOODLE_WORKER_GANG_STEP_RUNNER_H_
#define DOODLE_WORKER_GANG_STEP_RUNNER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/gang/assignment.h"

namespace doodle {

// Single-threaded: the training thread.
class StepRunner {
 public:
  enum class Outcome { kFinished, kLeave, kReform };
  virtual ~StepRunner() = default;
  // Called once per generation, before the first step; builds reducer and loader for it.
  virtual absl::Status Prepare(const GangAssignment& assignment) = 0;
  // One step, evaluation or checkpoint snapshot included; kContinue's absence: an outcome all ranks agree on.
  // An error: the step was not committed and the group is broken.
  virtual absl::StatusOr<bool> Step(Outcome& outcome) = 0;  // True: there is an outcome.
  // Drops whatever holds on to the group, so that destroying it closes its connections and the peers notice. Called
  // before the group is destroyed, whatever happened; samples() stays.
  virtual void Release() = 0;
  virtual uint64_t samples() const = 0;  // Of this rank since Prepare.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_STEP_RUNNER_H_
