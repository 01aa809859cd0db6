// The learning rate of each step, and momentum where the schedule cycles it: pure functions of the step.
#ifndef DOODLE_COMMON_SCHEDULE_SCHEDULE_H_
#define DOODLE_COMMON_SCHEDULE_SCHEDULE_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "common/schedule/schedule_spec.h"

namespace doodle {

struct ScheduleValue {
  double learning_rate = 0;
  std::optional<double> momentum;  // SGD's momentum or Adam's beta1; empty: the optimizer's own.

  bool operator==(const ScheduleValue&) const = default;
};

// Immutable, hence thread-safe. Equal to PyTorch's schedulers stepped once per batch, to 1e-9: OneCycleLR,
// CosineAnnealingLR (T_max = the steps after the warm-up), CyclicLR, and LinearLR for the warm-up.
class Schedule {
 public:
  // INVALID_ARGUMENT names the field as the job file calls it, without prefix. `total_steps` at least 1; a warm-up is
  // shorter than that.
  static absl::StatusOr<Schedule> Create(const ScheduleSpec& spec, int64_t total_steps);

  // `step` counts from 0 within the stage; outside of it the nearest step's value.
  ScheduleValue At(int64_t step) const;

 private:
  Schedule(const ScheduleSpec& spec, int64_t total_steps) : spec_(spec), total_steps_(total_steps) {}
  ScheduleValue AfterWarmup(int64_t step) const;

  ScheduleSpec spec_;
  int64_t total_steps_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SCHEDULE_SCHEDULE_H_
