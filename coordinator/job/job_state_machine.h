// The states of a job, and the only way from one to another.
//
//            +--------- (2) requeue ----------+
//            v                                |
//   QUEUED --(1) admit--> STARTING --(3) form--> RUNNING --(6) succeed--> SUCCEEDED
//     ^ |                    |  ^---------------. | ^
//     | |                    +--(4) reform--.   | (4) reform
//     | |                                   v   | v |
//     | |                                  RESCALING (5) form again
//     | +--(7) pause (also from STARTING, RUNNING, RESCALING)--> PAUSED
//     +----(8) resume ----------------------------------------------+
//
// (1) slots were found  (2) too few ranks for too long  (3) the first generation after (1) formed  (4) a trainer or
// worker was lost, or the collective failed  (5) the next generation formed  (6) every rank reported Finished
// (7), (8) a user's request. Every state that is no end also goes to FAILED (9: an error that repeating cannot help,
// or too many failures in a row) and to CANCELED (10: a user's request).
#ifndef DOODLE_COORDINATOR_JOB_JOB_STATE_MACHINE_H_
#define DOODLE_COORDINATOR_JOB_JOB_STATE_MACHINE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace doodle {

// The numbers are on disk and equal those of doodle.v1.JobState. DO NOT CHANGE.
enum class JobState {
  kQueued = 1,
  kStarting = 2,
  kRunning = 3,
  kRescaling = 4,
  kPaused = 5,
  kSucceeded = 6,
  kFailed = 7,
  kCanceled = 8,
};

inline constexpr int kJobStates = 8;

absl::string_view JobStateName(JobState state);  // "QUEUED"
bool IsEnded(JobState state);                    // SUCCEEDED, FAILED or CANCELED.
bool HoldsSlots(JobState state);                 // STARTING, RUNNING or RESCALING.

// Each verb is one arrow: FAILED_PRECONDITION names the state and the verb when the arrow does not start there, and
// the state stays. Thread-compatible.
class JobStateMachine {
 public:
  explicit JobStateMachine(JobState state = JobState::kQueued) : state_(state) {}

  JobState state() const { return state_; }

  absl::Status Admit();
  absl::Status Requeue();
  absl::Status Form();
  absl::Status Reform();
  absl::Status Succeed();
  absl::Status Pause();
  absl::Status Resume();
  absl::Status Fail();
  absl::Status Cancel();

 private:
  absl::Status Transition(JobState to, absl::string_view verb);

  JobState state_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_JOB_JOB_STATE_MACHINE_H_
