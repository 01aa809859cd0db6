#include "coordinator/control/job_preparation.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/plan/open_view.h"
#include "common/plan/stage_plan.h"
#include "common/shard/dataset_reader.h"
#include "common/spec/gang_proto.h"
#include "common/spec/job_spec_proto.h"
#include "common/spec/stage_plan_spec.h"
#include "common/spec/stage_resolution.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {
namespace {

absl::StatusOr<std::string> DatasetDirectory(const std::string& uri) {
  if (uri.empty()) return InvalidField("dataset", "is required");
  absl::StatusOr<std::string> path = StoragePath(uri);
  if (!path.ok()) return InvalidField("dataset", path.status().message());
  if (!IsObjectPath(*path) && !absl::StartsWith(*path, "/")) {
    return InvalidField("dataset", "must be an absolute path, a file:// or an s3:// URI");
  }
  return path;
}

// An error of a view belongs to the data block of its stage, which the user wrote.
absl::StatusOr<View> StageView(const JobSpec& job, size_t stage, const DatasetReader& dataset) {
  absl::StatusOr<View> view = OpenView(job.stages[stage].view, dataset);
  if (absl::IsInvalidArgument(view.status()) || absl::IsFailedPrecondition(view.status())) {
    return InvalidField(absl::StrCat("stages[", stage, "].data"), view.status().message());
  }
  return view;
}

absl::Status CheckEvaluationSplit(const JobSpec& job, const DatasetManifest& manifest) {
  if (job.evaluate_every.unit == Trigger::Unit::kNever || job.evaluate_split.empty()) return absl::OkStatus();
  std::vector<std::string> names;
  for (const SplitEntry& split : manifest.splits) {
    if (split.name == job.evaluate_split && split.drawings > 0) return absl::OkStatus();
    names.push_back(split.name);
  }
  std::string known;
  for (const std::string& name : names) absl::StrAppend(&known, known.empty() ? "" : ", ", name);
  return InvalidField("evaluate.split",
                      absl::StrCat("the dataset has no drawings in \"", job.evaluate_split, "\"; it has ", known));
}

absl::StatusOr<std::vector<View>> StageViews(const JobSpec& job, const DatasetReader& dataset) {
  std::vector<View> views;
  for (size_t stage = 0; stage < job.stages.size(); ++stage) {
    DOODLE_ASSIGN_OR_RETURN(View view, StageView(job, stage, dataset));
    if (!views.empty() && view.classes() != views.front().classes()) {
      return InvalidField(absl::StrCat("stages[", stage, "].data.classes"), "must be those of the first stage");
    }
    views.push_back(std::move(view));
  }
  return views;
}

void AddPlannedStep(const StagePlan& plan, const View& view, uint64_t first_step, uint64_t step,
                    v1::JobServiceGetEpochPlanResponse& response) {
  v1::PlannedStep* planned = response.add_steps();
  planned->set_step(step);
  for (const PlannedSample& sample : plan.Step(step - first_step)) {
    v1::PlannedSample* shown = planned->add_samples();
    const View::Shard& shard = view.shards()[sample.shard];
    shown->set_lane(sample.lane);
    shown->set_epoch(static_cast<uint32_t>(sample.epoch));
    shown->set_shard(shard.shard);
    shown->set_position(shard.positions[sample.position]);
  }
}

}  // namespace

absl::StatusOr<PreparedJob> PrepareJob(FileSystem& files, const v1::JobSpec& spec) {
  DOODLE_ASSIGN_OR_RETURN(const JobSpec job, FromProto(spec));
  PreparedJob prepared;
  DOODLE_ASSIGN_OR_RETURN(prepared.dataset_directory, DatasetDirectory(job.dataset));
  DOODLE_ASSIGN_OR_RETURN(auto dataset, DatasetReader::Open(files, prepared.dataset_directory));
  DOODLE_RETURN_IF_ERROR(CheckEvaluationSplit(job, dataset->manifest()));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<View> views, StageViews(job, *dataset));
  std::vector<uint64_t> sizes;
  sizes.reserve(views.size());
  for (const View& view : views) sizes.push_back(view.size());
  DOODLE_ASSIGN_OR_RETURN(const std::vector<ResolvedStage> stages, ResolveStages(job, sizes));
  uint64_t epochs = 0;
  for (size_t i = 0; i < stages.size(); ++i) {
    PlanSpec plan_spec = StagePlanSpec(job, i, stages[i], views[i], dataset->manifest().digest);
    DOODLE_ASSIGN_OR_RETURN(const StagePlan plan, StagePlan::Create(std::move(plan_spec), views[i].ShardSizes()),
                            absl::StrCat("stages[", i, "]"));
    *prepared.definition.add_stages() =
        StageAssignmentProto(plan.spec(), plan.Digest(), stages[i].first_step, stages[i].steps);
    epochs += stages[i].epochs;
  }
  *prepared.definition.mutable_spec() = WithDefaults(spec);
  prepared.merged_spec = WithMergedStages(spec);
  prepared.definition.set_total_steps(TotalSteps(stages));
  prepared.definition.set_total_epochs(static_cast<uint32_t>(epochs));
  return prepared;
}

absl::StatusOr<v1::JobServiceGetEpochPlanResponse> ReadEpochPlan(FileSystem& files, const v1::Job& definition,
                                                                 const std::string& dataset_directory,
                                                                 uint64_t first_step, uint64_t steps,
                                                                 uint64_t most_samples) {
  DOODLE_ASSIGN_OR_RETURN(const JobSpec job, FromProto(definition.spec()));
  DOODLE_ASSIGN_OR_RETURN(auto dataset, DatasetReader::Open(files, dataset_directory));
  v1::JobServiceGetEpochPlanResponse response;
  uint64_t planned = 0;
  const uint64_t end = std::min(definition.total_steps(), first_step + steps);
  for (int i = 0; i < definition.stages_size(); ++i) {
    const v1::StageAssignment& stage = definition.stages(i);
    const uint64_t stage_end = std::min(end, stage.first_step() + stage.steps());
    if (first_step >= stage_end || end <= stage.first_step()) continue;
    DOODLE_ASSIGN_OR_RETURN(const View view, StageView(job, static_cast<size_t>(i), *dataset));
    DOODLE_ASSIGN_OR_RETURN(const StagePlan plan, StagePlan::Create(FromProto(stage.plan()), view.ShardSizes()));
    if (plan.Digest() != stage.plan_digest()) return absl::DataLossError("the dataset is no longer the job's");
    for (uint64_t step = std::max(first_step, stage.first_step()); step < stage_end; ++step) {
      planned += plan.StepSize(step - stage.first_step());
      if (planned > most_samples) {
        return InvalidField("steps", absl::StrCat("must plan at most ", most_samples, " drawings; ask for fewer"));
      }
      AddPlannedStep(plan, view, stage.first_step(), step, response);
    }
  }
  return response;
}

}  // namespace doodle
