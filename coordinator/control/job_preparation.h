// From a job specification to what can run: everything that Create checks before it takes the lock.
#ifndef DOODLE_COORDINATOR_CONTROL_JOB_PREPARATION_H_
#define DOODLE_COORDINATOR_CONTROL_JOB_PREPARATION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "doodle/v1/job_service.pb.h"

namespace doodle {

// A planned drawing takes at most 26 bytes of an answer, which may have 16 MiB.
inline constexpr uint64_t kMaxPlannedSamples = 600000;

struct PreparedJob {
  std::string dataset_directory;  // Local and absolute.
  // Spec with every default, stages with plan, digest, first step and steps, totals. No id yet.
  v1::Job definition;
  // For `validate_only`: the spec with each stage's whole merged blocks.
  v1::JobSpec merged_spec;
};

// Opens the dataset, computes each stage's view, plan and steps, and checks the evaluation split. Reads footers, so
// it is not for a thread that must not wait. INVALID_ARGUMENT or UNIMPLEMENTED names the field (FieldOf); NOT_FOUND and
// DATA_LOSS name the dataset's file.
absl::StatusOr<PreparedJob> PrepareJob(FileSystem& files, const v1::JobSpec& spec);

// Steps first_step .. first_step + steps - 1 of a prepared job, as positions of the dataset. Steps past the end are
// left out. INVALID_ARGUMENT names `steps` when they have more than `most_samples` drawings.
absl::StatusOr<v1::JobServiceGetEpochPlanResponse> ReadEpochPlan(FileSystem& files, const v1::Job& definition,
                                                                 const std::string& dataset_directory,
                                                                 uint64_t first_step, uint64_t steps,
                                                                 uint64_t most_samples = kMaxPlannedSamples);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_JOB_PREPARATION_H_
