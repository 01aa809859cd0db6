// The learning-rate schedule of a stage, as plain values: the job file's `schedule` block.
#ifndef DOODLE_COMMON_SCHEDULE_SCHEDULE_SPEC_H_
#define DOODLE_COMMON_SCHEDULE_SCHEDULE_SPEC_H_

#include <cstdint>

namespace doodle {

enum class ScheduleKind { kConstant, kOneCycle, kCosine, kClr };
enum class AnnealKind { kCosine, kLinear };
enum class ClrMode { kTriangular, kTriangular2, kExpRange };

// Step counts are resolved against the stage's length before they come here. Fields that the kind does not name are
// not read. Defaults are PyTorch's.
struct ScheduleSpec {
  ScheduleKind kind = ScheduleKind::kOneCycle;
  double lr = 1e-3;                         // kConstant: the rate; kCosine: the first rate.
  double max_lr = 1e-3;                     // kOneCycle, kClr.
  double base_lr = 1e-4;                    // kClr.
  double min_lr = 0.0;                      // kCosine: the last rate (PyTorch's eta_min).
  double pct_start = 0.3;                   // kOneCycle: share of the steps spent rising.
  double div_factor = 25.0;                 // kOneCycle: first rate = max_lr / div_factor.
  double final_div_factor = 1e4;            // kOneCycle: last rate = first rate / final_div_factor.
  bool three_phase = false;                 // kOneCycle.
  AnnealKind anneal = AnnealKind::kCosine;  // kOneCycle.
  ClrMode clr_mode = ClrMode::kTriangular;
  double gamma = 1.0;             // kClr, exp_range.
  int64_t step_size_up = 2000;    // kClr, steps.
  int64_t step_size_down = 2000;  // kClr, steps.
  bool cycle_momentum = false;    // kOneCycle, kClr.
  double base_momentum = 0.85;
  double max_momentum = 0.95;
  int64_t warmup_steps = 0;  // Before any kind: linear from 0.01x to 1x of the schedule's own first value.

  bool operator==(const ScheduleSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SCHEDULE_SCHEDULE_SPEC_H_
