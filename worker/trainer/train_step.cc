#include "worker/trainer/train_step.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ATen/ops/_foreach_norm.h"
#include "ATen/ops/cross_entropy_loss.h"
#include "ATen/ops/stack.h"
#include "absl/strings/str_cat.h"
#include "c10/core/GradMode.h"
#include "common/plan/micro_batch.h"
#include "common/status/status.h"
#include "worker/model/input_step.h"
#include "worker/torch/autocast.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

std::vector<at::Tensor> RunningStatistics(const std::vector<BatchNormStatistics>& layers) {
  std::vector<at::Tensor> tensors;
  for (const BatchNormStatistics& layer : layers) {
    tensors.push_back(layer.running_mean);
    tensors.push_back(layer.running_var);
  }
  return tensors;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrainStep>> TrainStep::Create(TrainStepOptions options, ImageModel& model,
                                                             Optimizer& optimizer,
                                                             c10::intrusive_ptr<c10d::ProcessGroup> group,
                                                             Clock& clock) {
  if (options.micro_batch < 1) return absl::InvalidArgumentError("micro_batch: must be at least 1");
  DOODLE_RETURN_IF_ERROR(CatchTorch("training mode", [&] { model.train(); }));
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<GradientReducer> reducer,
                          GradientReducer::Create(group, Parameters(model), clock));
  return std::unique_ptr<TrainStep>(
      new TrainStep(options, model, optimizer, std::move(reducer), std::move(group), clock));
}

TrainStep::TrainStep(TrainStepOptions options, ImageModel& model, Optimizer& optimizer,
                     std::unique_ptr<GradientReducer> reducer, c10::intrusive_ptr<c10d::ProcessGroup> group,
                     Clock& clock)
    : options_(options),
      model_(model),
      optimizer_(optimizer),
      clock_(clock),
      parameters_(Parameters(model)),
      layers_(BatchNormLayers(model)),
      reducer_(std::move(reducer)),
      control_(std::move(group), RunningStatistics(layers_)) {
  for (const BatchNormStatistics& layer : layers_) {
    saved_.push_back(
        {layer.name, layer.running_mean.clone(), layer.running_var.clone(), layer.num_batches_tracked.clone()});
  }
  if (options_.activity != nullptr) {
    reducer_->OnBucket([board = options_.activity] { board->Contribute(); });
  }
  if (options_.scale_loss) scaler_.emplace(options_.device, options_.loss_scale);
}

absl::StatusOr<StepResult> TrainStep::Reduce(const at::Tensor& pixels, const at::Tensor& labels, uint64_t step_samples,
                                             ControlSums flags) {
  times_ = {};
  skip_ = false;
  DOODLE_RETURN_IF_ERROR(CatchTorch("step start", [&] { SaveStatistics(); }));
  absl::StatusOr<StepResult> result = Attempt(pixels, labels, step_samples, flags);
  if (!result.ok()) Abandon();
  return result;
}

absl::StatusOr<StepResult> TrainStep::Attempt(const at::Tensor& pixels, const at::Tensor& labels, uint64_t step_samples,
                                              ControlSums flags) {
  DOODLE_RETURN_IF_ERROR(CatchTorch("step", [&] { return RunPieces(pixels, labels, step_samples, flags); }));
  const absl::Duration backward_end = clock_.SteadyNow();
  DOODLE_ASSIGN_OR_RETURN(const ControlSums sums, control_.Finish());
  const absl::Duration now = clock_.SteadyNow();
  times_.backward += now - backward_end;
  // The wait begins when this rank has nothing left to compute, inside backward.
  if (reducer_->last_bucket_at() > absl::ZeroDuration()) times_.reduce = now - reducer_->last_bucket_at();
  times_.backward -= times_.reduce;
  if (sums.samples != static_cast<double>(step_samples)) {
    return absl::InternalError(
        absl::StrCat("the ranks' shares add up to ", sums.samples, " samples, not ", step_samples));
  }
  if (scaler_) {
    DOODLE_RETURN_IF_ERROR(CatchTorch("loss scaling", [&] { skip_ = !scaler_->Unscale(Gradients()); }));
  } else if (sums.not_finite > 0) {
    return absl::OutOfRangeError(absl::StrCat("the loss is not a finite number on ", sums.not_finite, " ranks"));
  }
  return StepResult{sums.loss / sums.samples, sums, skip_};
}

absl::Status TrainStep::RunPieces(const at::Tensor& pixels, const at::Tensor& labels, uint64_t step_samples,
                                  ControlSums flags) {
  const auto samples = static_cast<uint64_t>(labels.size(0));
  const std::vector<uint64_t> pieces = MicroBatches(samples, static_cast<uint64_t>(options_.micro_batch));
  flags.loss = 0;
  flags.samples = static_cast<double>(samples);
  reducer_->BeginStep();
  int64_t first = 0;
  for (size_t piece = 0; piece < pieces.size(); ++piece) {
    const auto size = static_cast<int64_t>(pieces[piece]);
    const absl::Duration start = clock_.SteadyNow();
    const at::Tensor loss_sum = LossSum(pixels.narrow(0, first, size), labels.narrow(0, first, size));
    flags.loss += loss_sum.item<double>();
    const absl::Duration forward_end = clock_.SteadyNow();
    if (piece + 1 == pieces.size()) {
      flags.not_finite = std::isfinite(flags.loss) ? 0 : 1;
      if (options_.activity != nullptr) options_.activity->Contribute();
      DOODLE_RETURN_IF_ERROR(control_.Start(flags));
      reducer_->ReduceInNextBackward();
    }
    const at::Tensor loss = loss_sum / static_cast<double>(step_samples);
    (scaler_ ? scaler_->Scale(loss) : loss).backward();
    times_.forward += forward_end - start;
    times_.backward += clock_.SteadyNow() - forward_end;
    first += size;
  }
  return absl::OkStatus();
}

at::Tensor TrainStep::LossSum(const at::Tensor& pixels, const at::Tensor& labels) {
  const AutocastGuard autocast(options_.precision, options_.device.type());
  const at::Tensor input = NormalizeInput(pixels.to(options_.device, /*non_blocking=*/true), options_.normalize);
  const at::Tensor logits = model_.Forward(input).to(at::kFloat);
  return at::cross_entropy_loss(logits, labels.to(options_.device, /*non_blocking=*/true), {}, at::Reduction::Sum,
                                /*ignore_index=*/-100, options_.loss.label_smoothing);
}

absl::Status TrainStep::Commit(double learning_rate, std::optional<double> momentum) {
  const absl::Duration start = clock_.SteadyNow();
  if (!skip_) DOODLE_RETURN_IF_ERROR(optimizer_.Step(learning_rate, momentum));
  optimizer_.ClearGradients();
  absl::Status status = CatchTorch("batch-norm statistics", [&] {
    c10::NoGradGuard no_gradients;
    control_.StoreAverages();
    for (size_t i = 0; i < layers_.size(); ++i) {
      layers_[i].num_batches_tracked.copy_(saved_[i].num_batches_tracked + 1);
    }
  });
  times_.optimizer = clock_.SteadyNow() - start;
  return status;
}

void TrainStep::Abandon() {
  optimizer_.ClearGradients();
  CatchTorch("batch-norm statistics", [&] { RestoreStatistics(); }).IgnoreError();
}

absl::StatusOr<double> TrainStep::GradientNorm() const {
  return CatchTorch("gradient norm", [&]() -> absl::StatusOr<double> {
    c10::NoGradGuard no_gradients;
    return at::stack(at::_foreach_norm(Gradients())).norm().item<double>();
  });
}

std::vector<at::Tensor> TrainStep::Gradients() const {
  std::vector<at::Tensor> gradients;
  for (const TensorEntry& entry : parameters_) gradients.push_back(entry.tensor.grad());
  return gradients;
}

void TrainStep::SaveStatistics() {
  c10::NoGradGuard no_gradients;
  for (size_t i = 0; i < layers_.size(); ++i) {
    saved_[i].running_mean.copy_(layers_[i].running_mean);
    saved_[i].running_var.copy_(layers_[i].running_var);
    saved_[i].num_batches_tracked.copy_(layers_[i].num_batches_tracked);
  }
}

void TrainStep::RestoreStatistics() {
  c10::NoGradGuard no_gradients;
  for (size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].running_mean.copy_(saved_[i].running_mean);
    layers_[i].running_var.copy_(saved_[i].running_var);
    layers_[i].num_batches_tracked.copy_(saved_[i].num_batches_tracked);
  }
}

}  // namespace doodle
