// The formula of each kind of schedule, without warm-up. Used by Schedule, which validates first. Pure functions.
#ifndef DOODLE_COMMON_SCHEDULE_SCHEDULE_KINDS_H_
#define DOODLE_COMMON_SCHEDULE_SCHEDULE_KINDS_H_

#include <cstdint>

#include "common/schedule/schedule.h"
#include "common/schedule/schedule_spec.h"

namespace doodle {

// Smith and Topin 2018, as torch.optim.lr_scheduler.OneCycleLR: rises over pct_start of the steps, then falls, in
// two or three phases.
ScheduleValue OneCycleAt(const ScheduleSpec& spec, int64_t total_steps, int64_t step);

// Loshchilov and Hutter 2017 without restarts, as CosineAnnealingLR with T_max = total_steps and eta_min = min_lr.
ScheduleValue CosineAt(const ScheduleSpec& spec, int64_t total_steps, int64_t step);

// Smith 2017, as CyclicLR and the Keras callback CLR: triangles between base_lr and max_lr for ever.
ScheduleValue CyclicAt(const ScheduleSpec& spec, int64_t step);

}  // namespace doodle

#endif  // DOODLE_COMMON_SCHEDULE_SCHEDULE_KINDS_H_
