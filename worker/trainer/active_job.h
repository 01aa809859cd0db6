// The one job of this trainer: its data and its state, made when they are first needed.
#ifndef DOODLE_WORKER_TRAINER_ACTIVE_JOB_H_
#define DOODLE_WORKER_TRAINER_ACTIVE_JOB_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "c10/core/Device.h"
#include "common/checkpoint/model_metadata.h"
#include "common/io/file_system.h"
#include "common/recipe/precision.h"
#include "worker/link/trainer_assignment.h"
#include "worker/trainer/job_data.h"
#include "worker/trainer/training_state.h"

namespace doodle {

// Single-threaded: the training thread. `files` must outlive it.
class ActiveJob {
 public:
  struct Options {
    uint64_t cache_bytes = 256 << 20;  // Of decoded drawings.
    c10::Device device = c10::kCPU;
  };
  // `current` gives the newest assignment.
  ActiveJob(Options options, FileSystem& files, std::function<TrainerAssignment()> current);

  // Opens the data at the first call. FAILED_PRECONDITION when the newest assignment is of another job; the errors of
  // JobData::Open.
  absl::StatusOr<const JobData*> Data();
  // Data, and a model with its weights from the seed; the state stays not valid.
  absl::Status EnsureModel();
  // A fresh optimizer for the state's model, as `stage` names it. EnsureModel came first.
  absl::StatusOr<std::unique_ptr<Optimizer>> MakeOptimizer(uint32_t stage) const;
  // The model's weights from the seed, in place, and the first stage's optimizer.
  absl::Status Reinitialize();
  // What a checkpoint says about the model. EnsureModel came first.
  ModelMetadata Metadata() const;

  TrainingState& state() { return state_; }
  const Options& options() const { return options_; }

 private:
  absl::StatusOr<std::shared_ptr<ImageModel>> FreshModel() const;

  const Options options_;
  FileSystem& files_;
  const std::function<TrainerAssignment()> current_;
  std::unique_ptr<JobData> data_;
  TrainingState state_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_ACTIVE_JOB_H_
