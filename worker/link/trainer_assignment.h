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

struct StageRun {
  PlanSpec plan;
  std::string plan_digest;  // The coordinator's; the trainer computes its own and refuses on a difference.
  uint64_t first_step = 0;  // Global.
  uint64_t steps = 0;
};

struct TrainerAssignment {
  GangAssignment gang;
  JobSpec spec;
  std::vector<StageRun> stages;
  std::string job_directory;
  std::string dataset_directory;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_TRAINER_ASSIGNMENT_H_
