#include "worker/trainer/job_data.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/plan/open_view.h"
#include "common/spec/stage_plan_spec.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status Differs(const char* what, const std::string& ours, const std::string& theirs) {
  return absl::FailedPreconditionError(
      absl::StrCat("the plan is not the coordinator's: ", what, " is ", ours, " here and ", theirs, " there"));
}

// Part by part, so that the message says what to look for; the digest last, which covers the order itself.
absl::Status CheckPlan(const StagePlan& ours, const StageRun& theirs, const ResolvedStage& resolved) {
  const PlanSpec& a = ours.spec();
  const PlanSpec& b = theirs.plan;
  if (a.dataset_digest != b.dataset_digest) return Differs("the dataset", a.dataset_digest, b.dataset_digest);
  if (a.samples != b.samples) return Differs("the view's size", absl::StrCat(a.samples), absl::StrCat(b.samples));
  if (a.view_digest != b.view_digest) return Differs("the view", a.view_digest, b.view_digest);
  if (a.lanes != b.lanes) return Differs("the number of lanes", absl::StrCat(a.lanes), absl::StrCat(b.lanes));
  if (!(a == b)) return Differs("its specification", "another", "another");
  if (resolved.first_step != theirs.first_step || resolved.steps != theirs.steps) {
    return Differs("the stretch", absl::StrCat(resolved.first_step, "+", resolved.steps),
                   absl::StrCat(theirs.first_step, "+", theirs.steps));
  }
  const std::string digest = ours.Digest();
  if (digest != theirs.plan_digest) return Differs("the order", digest, theirs.plan_digest);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<JobData>> JobData::Open(const TrainerAssignment& assignment, FileSystem& files,
                                                       uint64_t cache_bytes) {
  if (assignment.stages.empty() || assignment.stages.size() != assignment.spec.stages.size()) {
    return absl::InvalidArgumentError("stages: one plan for each is needed");
  }
  auto data = std::unique_ptr<JobData>(new JobData());
  data->spec_ = assignment.spec;
  data->job_directory_ = assignment.job_directory;
  DOODLE_ASSIGN_OR_RETURN(data->dataset_, DatasetReader::Open(files, assignment.dataset_directory), "dataset");
  data->cache_ = std::make_unique<BlockCache>(*data->dataset_, cache_bytes);
  for (size_t i = 0; i < assignment.stages.size(); ++i) {
    DOODLE_RETURN_IF_ERROR(data->AddStage(assignment, i), absl::StrCat("stages[", i, "]"));
  }
  return data;
}

absl::Status JobData::AddStage(const TrainerAssignment& assignment, size_t index) {
  const StageSpec& spec = spec_.stages[index];
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<ViewReader> training, OpenReader(spec.view));
  const View& view = training->view();
  if (index > 0 && view.classes() != classes()) {
    return InvalidField("data.classes", "must be those of the first stage: the model has one head");
  }
  DOODLE_ASSIGN_OR_RETURN(ResolvedStage resolved,
                          ResolveStage(spec, view.size(), spec_.max_ranks, index == 0 ? 0 : stages_.back().end_step()));
  PlanSpec plan_spec = StagePlanSpec(spec_, index, resolved, view, dataset_->manifest().digest);
  DOODLE_ASSIGN_OR_RETURN(StagePlan plan, StagePlan::Create(std::move(plan_spec), view.ShardSizes()));
  DOODLE_RETURN_IF_ERROR(CheckPlan(plan, assignment.stages[index], resolved));
  DOODLE_ASSIGN_OR_RETURN(Schedule schedule, Schedule::Create(resolved.schedule, static_cast<int64_t>(resolved.steps)),
                          "schedule");
  std::unique_ptr<ViewReader> evaluation;
  if (spec_.evaluate_every.unit != Trigger::Unit::kNever) {
    ViewSpec evaluated = spec.view;
    evaluated.split = spec_.evaluate_split;
    evaluated.limit_per_class.reset();
    DOODLE_ASSIGN_OR_RETURN(evaluation, OpenReader(evaluated), "evaluate.split");
  }
  stages_.push_back({spec, resolved, std::move(plan), schedule, std::move(training), std::move(evaluation)});
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ViewReader>> JobData::OpenReader(const ViewSpec& view) const {
  DOODLE_ASSIGN_OR_RETURN(View opened, OpenView(view, *dataset_));
  return std::make_unique<ViewReader>(std::move(opened), *dataset_, *cache_);
}

uint32_t JobData::StageOf(uint64_t step) const {
  uint32_t stage = 0;
  while (stage + 1 < stages_.size() && step >= stages_[stage].end_step()) ++stage;
  return stage;
}

}  // namespace doodle
