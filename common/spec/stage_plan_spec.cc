#include "common/spec/stage_plan_spec.h"

namespace doodle {

PlanSpec StagePlanSpec(const JobSpec& job, size_t index, const ResolvedStage& resolved, const View& view,
                       const std::string& dataset_digest) {
  PlanSpec plan;
  plan.seed = job.seed;
  plan.stage = static_cast<uint32_t>(index);
  plan.samples = view.size();
  plan.epochs = resolved.epochs;
  plan.global_batch = resolved.global_batch;
  plan.lanes = resolved.lanes;
  plan.dataset_digest = dataset_digest;
  plan.view_digest = view.digest();
  return plan;
}

}  // namespace doodle
