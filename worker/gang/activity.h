// What a rank is at, written by its training thread and sent by the link's own thread with each heartbeat: a training
// thread that is stuck cannot hide it. The coordinator compares ranks (coordinator/gang/hang_policy.h).
//
//     board.Begin(generation);
//     board.Enter(TrainerPhase::kStep);
//     board.Contribute();   // before each collective of a step: the rank that hangs has the lowest number
//     board.StepDone(duration);
#ifndef DOODLE_WORKER_GANG_ACTIVITY_H_
#define DOODLE_WORKER_GANG_ACTIVITY_H_

#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace doodle {

// The numbers travel in doodle.v1.TrainerActivity. DO NOT CHANGE.
enum class TrainerPhase {
  kStarting = 0,  // Until the first step, and at a stage's beginning.
  kInput = 1,     // Waits for its next batch.
  kStep = 2,      // Computes, or waits in a collective.
  kEvaluation = 3,
  kCheckpoint = 4,  // Waits for its last checkpoint to be written and acknowledged.
  kLeaving = 5,     // Waits for the others before the group ends.
};

struct Activity {
  uint64_t generation = 0;
  uint64_t sequence = 0;  // Collectives of steps contributed to in this generation, the same order on all ranks.
  uint64_t steps = 0;     // Committed in this generation.
  TrainerPhase phase = TrainerPhase::kStarting;
  absl::Duration step_p99;  // Of the last 128 steps.
};

// Thread-safe.
class ActivityBoard {
 public:
  void Begin(uint64_t generation) ABSL_LOCKS_EXCLUDED(mu_);  // Everything else starts anew.
  void Enter(TrainerPhase phase) ABSL_LOCKS_EXCLUDED(mu_);
  void Contribute() ABSL_LOCKS_EXCLUDED(mu_);
  void StepDone(absl::Duration duration) ABSL_LOCKS_EXCLUDED(mu_);
  Activity Read() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable absl::Mutex mu_;
  Activity activity_ ABSL_GUARDED_BY(mu_);
  std::vector<absl::Duration> durations_ ABSL_GUARDED_BY(mu_);  // A ring.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_ACTIVITY_H_
