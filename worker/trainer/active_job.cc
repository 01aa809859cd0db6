#include "worker/trainer/active_job.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/version.h"
#include "common/status/status.h"
#include "worker/model/state_dict.h"
#include "worker/torch/fence.h"

namespace doodle {

ActiveJob::ActiveJob(Options options, FileSystem& files, std::function<TrainerAssignment()> current)
    : options_(std::move(options)), files_(files), current_(std::move(current)) {}

absl::StatusOr<const JobData*> ActiveJob::Data() {
  const TrainerAssignment assignment = current_();
  if (!data_) {
    DOODLE_RETURN_IF_ERROR(ChooseDevice(assignment.spec.backend));
    DOODLE_ASSIGN_OR_RETURN(data_, JobData::Open(assignment, files_, options_.cache_bytes));
  }
  if (!(assignment.spec == data_->spec()) || assignment.job_directory != data_->job_directory()) {
    return absl::FailedPreconditionError(
        absl::StrCat("this trainer is of job ", data_->spec().name, " and cannot serve ", assignment.spec.name));
  }
  return data_.get();
}

absl::Status ActiveJob::ChooseDevice(CollectiveBackend backend) {
  on_gpu_ = options_.gpu != nullptr && backend != CollectiveBackend::kGloo;
  if (backend == CollectiveBackend::kNccl && !on_gpu_) return Annotate(options_.no_gpu, "backend nccl");
  return absl::OkStatus();
}

absl::Status ActiveJob::EnsureModel() {
  DOODLE_RETURN_IF_ERROR(Data().status());
  if (state_.model) return absl::OkStatus();
  DOODLE_ASSIGN_OR_RETURN(state_.model, FreshModel());
  DOODLE_ASSIGN_OR_RETURN(state_.optimizer, MakeOptimizer(0));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<ImageModel>> ActiveJob::FreshModel() const {
  DOODLE_ASSIGN_OR_RETURN(std::shared_ptr<ImageModel> model,
                          CreateModel(data_->spec().model, data_->spec().in_channels,
                                      static_cast<int64_t>(data_->classes().size()), data_->spec().seed),
                          "model");
  if (!on_gpu_) return model;
  DOODLE_RETURN_IF_ERROR(CatchTorch("moving the model to its device", [&] { model->to(device()); }));
  return model;
}

absl::StatusOr<std::unique_ptr<Optimizer>> ActiveJob::MakeOptimizer(uint32_t stage) const {
  return Optimizer::Create(data_->stages()[stage].spec.optimizer, Parameters(*state_.model));
}

absl::Status ActiveJob::Reinitialize() {
  DOODLE_RETURN_IF_ERROR(EnsureModel());
  DOODLE_ASSIGN_OR_RETURN(const std::shared_ptr<ImageModel> fresh, FreshModel());
  DOODLE_RETURN_IF_ERROR(CopyEntries(StateDict(*fresh), StateDict(*state_.model)));
  DOODLE_ASSIGN_OR_RETURN(state_.optimizer, MakeOptimizer(0));
  return absl::OkStatus();
}

ModelMetadata ActiveJob::Metadata() const {
  ModelMetadata metadata;
  metadata.arch = data_->spec().model;
  metadata.classes = data_->classes();
  metadata.in_channels = data_->spec().in_channels;
  metadata.raster = data_->stages().back().spec.raster;
  metadata.data_digest = data_->dataset().manifest().digest;
  metadata.doodle_version = std::string(Version());
  return metadata;
}

}  // namespace doodle
