// The one way from a stage of a job to the plan of its drawings: the coordinator assigns this plan, and every trainer
// makes it again to compare.
#ifndef DOODLE_COMMON_SPEC_STAGE_PLAN_SPEC_H_
#define DOODLE_COMMON_SPEC_STAGE_PLAN_SPEC_H_

#include <cstddef>
#include <string>

#include "common/plan/plan_spec.h"
#include "common/plan/view.h"
#include "common/spec/job_spec.h"
#include "common/spec/stage_resolution.h"

namespace doodle {

// What StagePlan::Create takes for stage `index` (from 0) over its training view. `resolved` is that of the same view's
// size; `dataset_digest` is of the manifest, 64 hexadecimal digits. A pure function, thread-safe; it cannot fail:
// StagePlan::Create refuses what does not fit together.
PlanSpec StagePlanSpec(const JobSpec& job, size_t index, const ResolvedStage& resolved, const View& view,
                       const std::string& dataset_digest);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_STAGE_PLAN_SPEC_H_
