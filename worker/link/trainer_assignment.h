// Everything a trainer is told about the job it runs, as plain values.
#ifndef DOODLE_WORKER_LINK_TRAINER_ASSIGNMENT_H_
#define DOODLE_WORKER_LINK_TRAINER_ASSIGNMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/plan/stage_plan.h"
#include "common/spec/job_spec.h"
#include "worker/gang/assignment.h"

namespace doodle {

// One stage as the coordinator resolved it.
struct StageRun {
  PlanSpec plan;            // What the stage's order follows from; StagePlan::Create takes it.
  std::string plan_digest;  // The coordinator's; the trainer computes its own and refuses on a difference.
  uint64_t first_step = 0;  // Global.
  uint64_t steps = 0;
};

// Of one generation. Job, stages and directories are the same in all generations of a job; a trainer that is kept from
// one to the next refuses a change of them.
struct TrainerAssignment {
  GangAssignment gang;  // This rank's place, and where the state comes from.
  JobSpec spec;         // As submitted; validated by the coordinator, converted by the link.
  std::vector<StageRun> stages;
  std::string job_directory;      // checkpoints/ and logs/ are below it; the same path on every node.
  std::string dataset_directory;  // Of DatasetReader::Open.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_TRAINER_ASSIGNMENT_H_
