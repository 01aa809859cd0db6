#include "worker/gang/activity.h"

#include <algorithm>

namespace doodle {
namespace {

constexpr size_t kSteps = 128;

}  // namespace

void ActivityBoard::Begin(uint64_t generation) {
  absl::MutexLock lock(&mu_);
  activity_ = {};
  activity_.generation = generation;
  durations_.clear();
}

void ActivityBoard::Enter(TrainerPhase phase) {
  absl::MutexLock lock(&mu_);
  activity_.phase = phase;
}

void ActivityBoard::Contribute() {
  absl::MutexLock lock(&mu_);
  ++activity_.sequence;
}

void ActivityBoard::StepDone(absl::Duration duration) {
  absl::MutexLock lock(&mu_);
  if (durations_.size() < kSteps) {
    durations_.push_back(duration);
  } else {
    durations_[activity_.steps % kSteps] = duration;
  }
  ++activity_.steps;
}

Activity ActivityBoard::Read() const {
  Activity activity;
  std::vector<absl::Duration> sorted;
  {
    absl::MutexLock lock(&mu_);
    activity = activity_;
    sorted = durations_;
  }
  std::sort(sorted.begin(), sorted.end());  // Without the lock, which the training thread takes for each bucket.
  if (!sorted.empty()) activity.step_p99 = sorted[sorted.size() * 99 / 100];
  return activity;
}

}  // namespace doodle
