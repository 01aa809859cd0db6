// What a job reads, opened once per trainer: dataset, views, plans and schedules of all stages, checked against what
// the coordinator assigned.
#ifndef DOODLE_WORKER_TRAINER_JOB_DATA_H_
#define DOODLE_WORKER_TRAINER_JOB_DATA_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "common/plan/stage_plan.h"
#include "common/schedule/schedule.h"
#include "common/shard/dataset_reader.h"
#include "common/spec/job_spec.h"
#include "common/spec/stage_resolution.h"
#include "worker/dataset/block_cache.h"
#include "worker/dataset/view_reader.h"
#include "worker/link/trainer_assignment.h"

namespace doodle {

// One stage, ready to be walked. Steps are global here; the plan counts its own from 0.
struct StageData {
  StageSpec spec;
  ResolvedStage resolved;
  StagePlan plan;
  Schedule schedule;
  std::unique_ptr<ViewReader> training;
  std::unique_ptr<ViewReader> evaluation;  // Null: the job does not evaluate.

  uint64_t first_step() const { return resolved.first_step; }
  uint64_t end_step() const { return resolved.first_step + resolved.steps; }
};

// Constant after Open, hence thread-safe.
class JobData {
 public:
  // FAILED_PRECONDITION names the stage whose plan is not the coordinator's; DATA_LOSS and NOT_FOUND name a file of the
  // dataset; INVALID_ARGUMENT and UNIMPLEMENTED a field of the job. `files` must outlive it.
  static absl::StatusOr<std::unique_ptr<JobData>> Open(const TrainerAssignment& assignment, FileSystem& files,
                                                       uint64_t cache_bytes);

  const JobSpec& spec() const { return spec_; }
  const std::string& job_directory() const { return job_directory_; }
  const DatasetReader& dataset() const { return *dataset_; }
  // In output order: index i is the model's i-th logit. All stages have the same.
  const std::vector<std::string>& classes() const { return stages_[0].training->view().classes(); }
  const std::vector<StageData>& stages() const { return stages_; }
  uint64_t total_steps() const { return stages_.back().end_step(); }
  // The stage of a global step; the last stage from the job's end on.
  uint32_t StageOf(uint64_t step) const;
  // From the dataset's files since Open, for the metric; blocks that the cache had do not count.
  uint64_t compressed_bytes_read() const { return cache_->compressed_bytes_read(); }

 private:
  JobData() = default;
  absl::Status AddStage(const TrainerAssignment& assignment, size_t index);
  absl::StatusOr<std::unique_ptr<ViewReader>> OpenReader(const ViewSpec& view) const;

  JobSpec spec_;
  std::string job_directory_;
  std::unique_ptr<DatasetReader> dataset_;
  std::unique_ptr<BlockCache> cache_;
  std::vector<StageData> stages_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_JOB_DATA_H_
