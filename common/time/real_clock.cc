#include <ctime>

#include "absl/time/clock.h"
#include "common/time/clock.h"

namespace doodle {
namespace {

class MachineClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }

  absl::Duration SteadyNow() const override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return absl::DurationFromTimespec(now);
  }

  bool AwaitUntil(absl::Mutex& mu, const absl::Condition& condition,
                  absl::Duration deadline) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return mu.AwaitWithTimeout(condition, deadline - SteadyNow());
  }
};

}  // namespace

Clock& RealClock() {
  static auto* const clock = new MachineClock;
  return *clock;
}

}  // namespace doodle
