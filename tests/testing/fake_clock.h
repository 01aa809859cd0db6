// A clock that moves only on command.
#ifndef DOODLE_TESTS_TESTING_FAKE_CLOCK_H_
#define DOODLE_TESTS_TESTING_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace doodle {

// Starts at 2026-01-01 00:00 UTC, steady 0. Thread-safe.
class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return start_ + SteadyNow(); }

  absl::Duration SteadyNow() const override {
    absl::MutexLock lock(&mu_);
    return elapsed_;
  }

  // Looks at the condition and at the clock every millisecond of real time: Advance on another thread ends the wait.
  bool AwaitUntil(absl::Mutex& mu, const absl::Condition& condition,
                  absl::Duration deadline) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    while (!mu.AwaitWithTimeout(condition, absl::Milliseconds(1))) {
      if (SteadyNow() >= deadline) return condition.Eval();
    }
    return true;
  }

  void Advance(absl::Duration duration) {
    absl::MutexLock lock(&mu_);
    elapsed_ += duration;
  }

 private:
  const absl::Time start_ = absl::FromUnixSeconds(1767225600);
  mutable absl::Mutex mu_;
  absl::Duration elapsed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace doodle

#endif  // DOODLE_TESTS_TESTING_FAKE_CLOCK_H_
