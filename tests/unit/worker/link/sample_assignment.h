// An assignment as a coordinator would send it.
#ifndef DOODLE_TESTS_UNIT_WORKER_LINK_SAMPLE_ASSIGNMENT_H_
#define DOODLE_TESTS_UNIT_WORKER_LINK_SAMPLE_ASSIGNMENT_H_

#include "absl/strings/str_cat.h"
#include "doodle/v1/gang.pb.h"

namespace doodle {

// Rank 1 of 2, one stage of 10 steps.
inline v1::Assignment SampleAssignment(uint64_t generation = 3) {
  v1::Assignment assignment;
  assignment.set_job("cats");
  assignment.set_generation(generation);
  assignment.set_rank(1);
  assignment.set_world_size(2);
  assignment.add_weights(1);
  assignment.add_weights(1);
  assignment.add_history();
  v1::JobSpec& spec = *assignment.mutable_spec();
  spec.set_name("cats");
  spec.set_dataset("file:///data/quickdraw");
  spec.mutable_model()->set_name("resnet18");
  v1::StageSpec& stage = *spec.add_stages();
  stage.set_name("all");
  stage.set_epochs(1);
  stage.set_global_batch(64);
  stage.mutable_schedule()->set_kind("constant");
  stage.mutable_schedule()->set_lr(0.1);
  v1::StageAssignment& plan = *assignment.add_stages();
  plan.mutable_plan()->set_samples(640);
  plan.mutable_plan()->set_epochs(1);
  plan.mutable_plan()->set_global_batch(64);
  plan.mutable_plan()->set_lanes(64);
  plan.set_plan_digest("digest");
  plan.set_steps(10);
  assignment.set_rendezvous_prefix(absl::StrCat("cats/", generation));
  assignment.set_job_directory("/jobs/cats");
  assignment.set_dataset_directory("/data/quickdraw");
  return assignment;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_LINK_SAMPLE_ASSIGNMENT_H_
