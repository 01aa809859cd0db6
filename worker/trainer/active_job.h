// The one job of this trainer: its data and its state, made when they are first needed.
#ifndef DOODLE_WORKER_TRAINER_ACTIVE_JOB_H_
#define DOODLE_WORKER_TRAINER_ACTIVE_JOB_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "c10/core/Device.h"
#include "common/checkpoint/model_metadata.h"
#include "common/io/file_system.h"
#include "common/recipe/precision.h"
#include "worker/collective/cuda_device.h"
#include "worker/link/trainer_assignment.h"
#include "worker/torch/autocast.h"
#include "worker/trainer/job_data.h"
#include "worker/trainer/training_state.h"

namespace doodle {

// Single-threaded: the training thread. `files` must outlive it.
class ActiveJob {
 public:
  struct Options {
    uint64_t cache_bytes = 256 << 20;                                                     // Of decoded drawings.
    const CudaDevice* gpu = nullptr;                                                      // Must outlive the job.
    absl::Status no_gpu = absl::FailedPreconditionError("no GPU found on this machine");  // Why `gpu` is null.
  };
  // `current` gives the newest assignment.
  ActiveJob(Options options, FileSystem& files, std::function<TrainerAssignment()> current);

  // Opens the data at the first call. FAILED_PRECONDITION when the newest assignment is of another job or asks for nccl
  // where there is no GPU; the errors of JobData::Open.
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
  // Where the model lives, by the job's backend: a GPU for nccl, and for auto where there is one. After Data.
  c10::Device device() const { return on_gpu_ ? options_.gpu->device() : c10::Device(c10::kCPU); }
  // That LibTorch holds on the GPU; empty on a CPU. Never run.
  std::optional<int64_t> device_memory() const {
    return on_gpu_ ? std::optional<int64_t>(options_.gpu->reserved_bytes()) : std::nullopt;
  }
  DeviceTraits traits() const { return on_gpu_ ? options_.gpu->traits() : CpuTraits(); }

 private:
  absl::StatusOr<std::shared_ptr<ImageModel>> FreshModel() const;
  absl::Status ChooseDevice(CollectiveBackend backend);

  const Options options_;
  FileSystem& files_;
  const std::function<TrainerAssignment()> current_;
  std::unique_ptr<JobData> data_;
  TrainingState state_;
  bool on_gpu_ = false;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_ACTIVE_JOB_H_
