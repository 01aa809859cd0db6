// Time as an argument: every deadline and duration in the project comes from a Clock, so tests move it by hand.
#ifndef DOODLE_COMMON_TIME_CLOCK_H_
#define DOODLE_COMMON_TIME_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace doodle {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time: for records that people read.
  virtual absl::Time Now() const = 0;

  // Time since some fixed point, never stepping back: for deadlines and durations.
  virtual absl::Duration SteadyNow() const = 0;

  // Waits until `condition` holds or SteadyNow() reaches `deadline`; true when the condition holds. `mu` is held on
  // entry and on return, released in between.
  virtual bool AwaitUntil(absl::Mutex& mu, const absl::Condition& condition, absl::Duration deadline)
      ABSL_SHARED_LOCKS_REQUIRED(mu) = 0;
};

// The machine's clock. Lives as long as the process.
Clock& RealClock();

}  // namespace doodle

#endif  // DOODLE_COMMON_TIME_CLOCK_H_
