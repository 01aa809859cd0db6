// One optimizer update over the global batch, in two halves: Reduce computes and agrees, Commit changes the state.
//
//     state.valid stays true                 forward, backward, gradients and control tensor summed over ranks
//     DOODLE_ASSIGN_OR_RETURN(StepResult result, step->Reduce(batch, plan.StepSize(n), {}));
//     state.valid = false;
//     DOODLE_RETURN_IF_ERROR(step->Commit(learning_rate, momentum));
//     state.valid = true;
//
// Also usable without a coordinator (benchmarks): any c10d group will do.
#ifndef DOODLE_WORKER_TRAINER_TRAIN_STEP_H_
#define DOODLE_WORKER_TRAINER_TRAIN_STEP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ATen/core/Tensor.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "c10/core/Device.h"
#include "common/recipe/loss_spec.h"
#include "common/recipe/precision.h"
#include "common/render/raster_spec.h"
#include "common/time/clock.h"
#include "torch/csrc/distributed/c10d/ProcessGroup.hpp"
#include "worker/collective/control_reduction.h"
#include "worker/collective/gradient_reducer.h"
#include "worker/gang/activity.h"
#include "worker/model/image_model.h"
#include "worker/model/state_dict.h"
#include "worker/optim/optimizer.h"
#include "worker/trainer/loss_scaler.h"

namespace doodle {

struct TrainStepOptions {
  RasterNormalize normalize = RasterNormalize::kUnit;
  Precision precision = Precision::kFp32;  // Resolved.
  bool scale_loss = false;                 // fp16 needs it.
  LossScale loss_scale = {};               // Where that begins.
  LossSpec loss;
  int64_t micro_batch = 1 << 30;  // Most samples of one forward pass.
  c10::Device device = c10::kCPU;
  ActivityBoard* activity = nullptr;  // Told of each contribution; must outlive the step. Null: nobody is.
};

// Where a step's time went on this rank. reduce: waiting for the others after the last gradient was there.
struct StepTimes {
  absl::Duration forward;
  absl::Duration backward;
  absl::Duration reduce;
  absl::Duration optimizer;
};

struct StepResult {
  double loss = 0;       // Mean over the samples of all ranks.
  ControlSums sums;      // Of all ranks.
  bool skipped = false;  // Loss scaling: gradients overflowed, Commit leaves parameters and optimizer alone.
};

// Single-threaded: the training thread. Model and optimizer must outlive it.
class TrainStep {
 public:
  // All ranks create it at the same point of their collectives. `group` null: a world of one.
  static absl::StatusOr<std::unique_ptr<TrainStep>> Create(TrainStepOptions options, ImageModel& model,
                                                           Optimizer& optimizer,
                                                           c10::intrusive_ptr<c10d::ProcessGroup> group, Clock& clock);

  // `pixels`: uint8 [samples, channels, size, size], `labels`: int64 [samples], this rank's share; `step_samples`: of
  // all ranks. Of `flags`, loss, samples and not_finite are filled in here. The loss of a rank is the sum of its sample
  // losses divided by step_samples, so that summed gradients are those of the mean over the global batch.
  // Any error: nothing was committed, batch-norm statistics are as before and the gradients dropped. OUT_OF_RANGE, on
  // all ranks: the loss of one of them is not a finite number and no loss scaling would cure it.
  absl::StatusOr<StepResult> Reduce(const at::Tensor& pixels, const at::Tensor& labels, uint64_t step_samples,
                                    ControlSums flags);

  // Once after each Reduce: optimizer, then buffers. After an error the state is not whole.
  absl::Status Commit(double learning_rate, std::optional<double> momentum);

  // Instead of Commit, as after an error of Reduce.
  void Abandon();

  // L2 norm of the reduced gradients, between Reduce and Commit; the same on all ranks. Costs a pass over memory.
  absl::StatusOr<double> GradientNorm() const;

  const StepTimes& times() const { return times_; }
  // After the last Reduce; empty without loss scaling.
  std::optional<LossScale> loss_scale() const { return scaler_ ? std::optional(scaler_->state()) : std::nullopt; }
  uint64_t collective_bytes() const { return reducer_->bytes() + control_.bytes(); }

 private:
  TrainStep(TrainStepOptions options, ImageModel& model, Optimizer& optimizer, std::unique_ptr<GradientReducer> reducer,
            c10::intrusive_ptr<c10d::ProcessGroup> group, Clock& clock);
  absl::StatusOr<StepResult> Attempt(const at::Tensor& pixels, const at::Tensor& labels, uint64_t step_samples,
                                     ControlSums flags);
  absl::Status RunPieces(const at::Tensor& pixels, const at::Tensor& labels, uint64_t step_samples, ControlSums flags);
  at::Tensor LossSum(const at::Tensor& pixels, const at::Tensor& labels);
  std::vector<at::Tensor> Gradients() const;
  void SaveStatistics();
  void RestoreStatistics();

  const TrainStepOptions options_;
  ImageModel& model_;
  Optimizer& optimizer_;
  Clock& clock_;
  const TensorEntries parameters_;
  const std::vector<BatchNormStatistics> layers_;
  const std::unique_ptr<GradientReducer> reducer_;
  ControlReduction control_;
  std::vector<BatchNormStatistics> saved_;  // Of the step's start.
  std::optional<LossScaler> scaler_;
  bool skip_ = false;  // The step that is being committed.
  StepTimes times_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_TRAIN_STEP_H_
