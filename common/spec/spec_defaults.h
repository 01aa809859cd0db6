// What a field means that is left out. The values are those of the plain structs. Internal to this folder.
#ifndef DOODLE_COMMON_SPEC_SPEC_DEFAULTS_H_
#define DOODLE_COMMON_SPEC_SPEC_DEFAULTS_H_

#include "doodle/v1/job_spec.pb.h"

namespace doodle {

// The defaults of the fields that do not depend on others: no stages, no name, no optimizer.
v1::JobSpec IndependentDefaults();

// Fills in what is missing, by the optimizer's name (adamw when empty).
void FillOptimizer(v1::OptimizerSpec& optimizer);

// Fills in what is missing among the fields that the kind (one_cycle when empty) uses. An unknown kind is left alone.
void FillSchedule(v1::ScheduleSpec& schedule);

// The stage with its blocks merged over those of `job`, which has its defaults. A stage that names another optimizer
// than the job's starts from that one's defaults; clip_norm and ema carry over.
v1::StageSpec MergeStage(const v1::JobSpec& job, const v1::StageSpec& stage);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_SPEC_DEFAULTS_H_
