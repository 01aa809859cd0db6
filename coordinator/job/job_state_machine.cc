#include "coordinator/job/job_state_machine.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

constexpr std::array<absl::string_view, kJobStates + 1> kNames = {
    "", "QUEUED", "STARTING", "RUNNING", "RESCALING", "PAUSED", "SUCCEEDED", "FAILED", "CANCELED"};

// kAllowed[from - 1][to - 1], in the order of the enumeration.
constexpr bool kAllowed[kJobStates][kJobStates] = {
    //             queued start  run    resc   paused succ   failed cancel
    /* QUEUED    */ {false, true, false, false, true, false, true, true},
    /* STARTING  */ {true, false, true, true, true, false, true, true},
    /* RUNNING   */ {false, false, false, true, true, true, true, true},
    /* RESCALING */ {true, false, true, false, true, false, true, true},
    /* PAUSED    */ {true, false, false, false, false, false, true, true},
    /* SUCCEEDED */ {false, false, false, false, false, false, false, false},
    /* FAILED    */ {false, false, false, false, false, false, false, false},
    /* CANCELED  */ {false, false, false, false, false, false, false, false},
};

}  // namespace

absl::string_view JobStateName(JobState state) { return kNames[static_cast<size_t>(state)]; }

bool IsEnded(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kFailed || state == JobState::kCanceled;
}

bool HoldsSlots(JobState state) {
  return state == JobState::kStarting || state == JobState::kRunning || state == JobState::kRescaling;
}

absl::Status JobStateMachine::Admit() { return Transition(JobState::kStarting, "started"); }
absl::Status JobStateMachine::Requeue() {
  // From PAUSED only Resume leads back to the queue.
  if (state_ == JobState::kPaused) return absl::FailedPreconditionError("the job is PAUSED: it cannot be requeued");
  return Transition(JobState::kQueued, "requeued");
}
absl::Status JobStateMachine::Form() { return Transition(JobState::kRunning, "run"); }
absl::Status JobStateMachine::Reform() { return Transition(JobState::kRescaling, "rescaled"); }
absl::Status JobStateMachine::Succeed() { return Transition(JobState::kSucceeded, "finished"); }
absl::Status JobStateMachine::Pause() { return Transition(JobState::kPaused, "paused"); }
absl::Status JobStateMachine::Resume() {
  if (state_ != JobState::kPaused) {
    return absl::FailedPreconditionError(absl::StrCat("the job is ", JobStateName(state_), ": it cannot be resumed"));
  }
  return Transition(JobState::kQueued, "resumed");
}
absl::Status JobStateMachine::Fail() { return Transition(JobState::kFailed, "failed"); }
absl::Status JobStateMachine::Cancel() { return Transition(JobState::kCanceled, "canceled"); }

absl::Status JobStateMachine::Transition(JobState to, absl::string_view verb) {
  if (!kAllowed[static_cast<size_t>(state_) - 1][static_cast<size_t>(to) - 1]) {
    return absl::FailedPreconditionError(absl::StrCat("the job is ", JobStateName(state_), ": it cannot be ", verb));
  }
  state_ = to;
  return absl::OkStatus();
}

}  // namespace doodle
