// Where the time of a running job went: steps, waiting for data, writing checkpoints. Pure.
//
//     time.Formed();                                            // A generation begins: its counters start at 0.
//     TimeShares shares = time.Split(elapsed, {{data, save}});  // Adds up to `elapsed`.
#ifndef DOODLE_COORDINATOR_JOB_RUNNING_TIME_H_
#define DOODLE_COORDINATOR_JOB_RUNNING_TIME_H_

#include <optional>

#include "absl/time/time.h"

namespace doodle {

// What the gang has waited in this generation, cumulative: of its rank that waited longest, since the others wait for
// that one in every step.
struct GangWaits {
  absl::Duration data;
  absl::Duration checkpoint;
};

struct TimeShares {
  absl::Duration productive;
  absl::Duration data_wait;
  absl::Duration checkpoint;
};

// Thread-compatible.
class RunningTime {
 public:
  // From now on the counters are those of a generation that began with this call.
  void Formed() { counted_ = GangWaits{}; }

  // Divides `elapsed` wall time, which no earlier call has seen. Empty: no rank has reported yet. Waits that do not fit
  // into `elapsed`, because the clock was read before the report of it came, are counted in the next call. Without
  // Formed, after a restart of the coordinator, what the first report has waited is taken as counted already.
  TimeShares Split(absl::Duration elapsed, const std::optional<GangWaits>& reported);

 private:
  std::optional<GangWaits> counted_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_JOB_RUNNING_TIME_H_
