#include "worker/link/assignment_conversion.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/spec/gang_proto.h"
#include "common/spec/job_spec_proto.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status CheckRanks(const v1::Assignment& message) {
  if (message.world_size() == 0) return InvalidField("world_size", "must be at least 1");
  if (message.rank() >= message.world_size()) {
    return InvalidField("rank", absl::StrCat(message.rank(), " of ", message.world_size()));
  }
  if (static_cast<uint32_t>(message.weights_size()) != message.world_size()) {
    return InvalidField("weights", absl::StrCat(message.weights_size(), " for ", message.world_size(), " ranks"));
  }
  for (double weight : message.weights()) {
    if (!(weight > 0)) return InvalidField("weights", "must be above 0");
  }
  return absl::OkStatus();
}

absl::StatusOr<GangAssignment> GangOf(const v1::Assignment& message) {
  DOODLE_RETURN_IF_ERROR(ValidateName("job", message.job()));
  DOODLE_RETURN_IF_ERROR(CheckRanks(message));
  GangAssignment gang;
  gang.job = message.job();
  gang.generation = message.generation();
  gang.rank = message.rank();
  gang.world_size = message.world_size();
  gang.weights.assign(message.weights().begin(), message.weights().end());
  gang.history = FromProto(message.history());
  if (const std::string problem = HistoryProblem(gang.history); !problem.empty()) {
    return InvalidField("history", problem);
  }
  gang.rendezvous_prefix = message.rendezvous_prefix();
  if (message.has_restore()) {
    DOODLE_ASSIGN_OR_RETURN(gang.restore, FromProto(message.restore()));
  }
  return gang;
}

StageRun StageOf(const v1::StageAssignment& message) {
  StageRun stage;
  stage.plan = FromProto(message.plan());
  stage.plan_digest = message.plan_digest();
  stage.first_step = message.first_step();
  stage.steps = message.steps();
  return stage;
}

// Stages follow one another without a gap; returns the step at which the job ends.
absl::StatusOr<uint64_t> CheckStages(const std::vector<StageRun>& stages, size_t expected) {
  if (stages.size() != expected || stages.empty()) {
    return InvalidField("stages", absl::StrCat(stages.size(), " plans for ", expected, " stages"));
  }
  uint64_t next = 0;
  for (const StageRun& stage : stages) {
    if (stage.first_step != next || stage.steps == 0) {
      return InvalidField("stages", absl::StrCat("a stage covers steps from ", stage.first_step, ", not from ", next));
    }
    next += stage.steps;
  }
  return next;
}

}  // namespace

absl::StatusOr<RestoreSource> FromProto(const v1::RestoreSource& message) {
  DOODLE_RETURN_IF_ERROR(ValidateName("restore.checkpoint", message.checkpoint()));
  return RestoreSource{message.checkpoint(), FromProto(message.tag())};
}

absl::StatusOr<TrainerAssignment> FromProto(const v1::Assignment& message) {
  TrainerAssignment assignment;
  DOODLE_ASSIGN_OR_RETURN(assignment.gang, GangOf(message), "assignment");
  DOODLE_ASSIGN_OR_RETURN(assignment.spec, FromProto(message.spec()), "assignment: spec");
  for (const v1::StageAssignment& stage : message.stages()) assignment.stages.push_back(StageOf(stage));
  DOODLE_ASSIGN_OR_RETURN(assignment.gang.total_steps, CheckStages(assignment.stages, assignment.spec.stages.size()),
                          "assignment");
  assignment.job_directory = message.job_directory();
  assignment.dataset_directory = message.dataset_directory();
  return assignment;
}

}  // namespace doodle
