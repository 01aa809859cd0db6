#include "worker/optim/optimizer.h"

#include "ATen/core/grad_mode.h"
#include "ATen/ops/_fused_adamw.h"
#include "ATen/ops/_fused_sgd.h"
#include "ATen/ops/empty_like.h"
#include "ATen/ops/zeros.h"
#include "ATen/ops/zeros_like.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

bool IsShare(double value) { return value >= 0 && value < 1; }  // False for NaN.

absl::Status Validate(const OptimizerSpec& spec) {
  if (!(spec.weight_decay >= 0)) return InvalidField("weight_decay", "must not be negative");
  if (spec.kind == OptimizerKind::kSgd) {
    if (!IsShare(spec.momentum)) return InvalidField("momentum", "must be at least 0 and below 1");
    if (spec.nesterov && spec.momentum == 0) return InvalidField("nesterov", "needs a momentum");
    return absl::OkStatus();
  }
  if (!IsShare(spec.beta1)) return InvalidField("beta1", "must be at least 0 and below 1");
  if (!IsShare(spec.beta2)) return InvalidField("beta2", "must be at least 0 and below 1");
  if (!(spec.eps >= 0)) return InvalidField("eps", "must not be negative");
  return absl::OkStatus();
}

template <typename Members>
std::vector<at::Tensor> Pick(const std::vector<at::Tensor>& tensors, const Members& members) {
  std::vector<at::Tensor> picked;
  picked.reserve(members.size());
  for (size_t i : members) picked.push_back(tensors[i]);
  return picked;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Optimizer>> Optimizer::Create(const OptimizerSpec& spec, TensorEntries parameters) {
  DOODLE_RETURN_IF_ERROR(Validate(spec));
  if (parameters.empty()) return absl::InvalidArgumentError("optimizer: there are no parameters");
  return CatchTorch("optimizer", [&]() -> absl::StatusOr<std::unique_ptr<Optimizer>> {
    return std::unique_ptr<Optimizer>(new Optimizer(spec, std::move(parameters)));
  });
}

Optimizer::Optimizer(const OptimizerSpec& spec, TensorEntries parameters)
    : spec_(spec), parameters_(std::move(parameters)), step_(at::zeros({}, at::kFloat)) {
  Group decayed{.weight_decay = spec.weight_decay, .members = {}};
  Group plain{.weight_decay = 0, .members = {}};
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor value = parameters_[i].tensor.detach();
    (value.dim() > 1 ? decayed : plain).members.push_back(i);
    if (spec.kind == OptimizerKind::kAdamW || spec.momentum > 0) first_.push_back(at::zeros_like(value));
    if (spec.kind == OptimizerKind::kAdamW) second_.push_back(at::zeros_like(value));
  }
  for (Group& group : {std::ref(decayed), std::ref(plain)}) {
    if (!group.members.empty()) groups_.push_back(std::move(group));
  }
}

std::vector<at::Tensor> Optimizer::GroupGradients(const Group& group) const {
  std::vector<at::Tensor> gradients;
  for (size_t i : group.members) {
    const at::Tensor& parameter = parameters_[i].tensor;
    at::Tensor gradient = parameter.grad();
    // The fused kernels walk memory, not indices: layouts must agree.
    if (gradient.strides() != parameter.strides()) gradient = at::empty_like(parameter).copy_(gradient);
    gradients.push_back(std::move(gradient));
  }
  return gradients;
}

void Optimizer::StepAdamW(const Group& group, double learning_rate, double beta1) {
  std::vector<at::Tensor> values;
  for (size_t i : group.members) values.push_back(parameters_[i].tensor);
  at::_fused_adamw_(values, GroupGradients(group), Pick(first_, group.members), Pick(second_, group.members),
                    /*max_exp_avg_sqs=*/{}, std::vector<at::Tensor>(values.size(), step_), learning_rate, beta1,
                    spec_.beta2, group.weight_decay, spec_.eps, /*amsgrad=*/false, /*maximize=*/false);
}

void Optimizer::StepSgd(const Group& group, double learning_rate, double momentum) {
  std::vector<at::Tensor> values;
  for (size_t i : group.members) values.push_back(parameters_[i].tensor);
  std::vector<at::Tensor> buffers = first_.empty() ? std::vector<at::Tensor>() : Pick(first_, group.members);
  // Buffers begin as zeros and dampening is 0, so the first step needs no special case.
  at::_fused_sgd_(values, GroupGradients(group), buffers, group.weight_decay, momentum, learning_rate,
                  /*dampening=*/0, spec_.nesterov, /*maximize=*/false, /*is_first_step=*/false);
}

absl::Status Optimizer::Step(double learning_rate, std::optional<double> momentum) {
  for (const TensorEntry& parameter : parameters_) {
    if (!parameter.tensor.grad().defined()) {
      return absl::FailedPreconditionError(absl::StrCat("optimizer: parameter ", parameter.name, " has no gradient"));
    }
  }
  if (momentum && !IsShare(*momentum)) return InvalidField("momentum", "must be at least 0 and below 1");
  return CatchTorch("optimizer step", [&] {
    at::NoGradGuard no_grad;
    step_.add_(1);
    for (const Group& group : groups_) {
      if (spec_.kind == OptimizerKind::kAdamW) {
        StepAdamW(group, learning_rate, momentum.value_or(spec_.beta1));
      } else {
        StepSgd(group, learning_rate, first_.empty() ? 0 : momentum.value_or(spec_.momentum));
      }
    }
  });
}

void Optimizer::ClearGradients() {
  for (const TensorEntry& parameter : parameters_) parameter.tensor.mutable_grad().reset();
}

TensorEntries Optimizer::StateTensors() const {
  const bool adamw = spec_.kind == OptimizerKind::kAdamW;
  TensorEntries entries = {{"step", step_}};
  for (size_t i = 0; i < first_.size(); ++i) {
    entries.push_back({absl::StrCat(adamw ? "exp_avg." : "momentum_buffer.", parameters_[i].name), first_[i]});
    if (adamw) entries.push_back({absl::StrCat("exp_avg_sq.", parameters_[i].name), second_[i]});
  }
  return entries;
}

absl::Status Optimizer::Reset() {
  return CatchTorch("optimizer reset", [&] {
    at::NoGradGuard no_grad;
    for (const TensorEntry& entry : StateTensors()) entry.tensor.zero_();
  });
}

}  // namespace doodle
