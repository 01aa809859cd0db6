#include "worker/trainer/loss_scaler.h"

#include <algorithm>
#include <cmath>

#include "ATen/ops/_amp_foreach_non_finite_check_and_unscale.h"
#include "ATen/ops/full.h"
#include "ATen/ops/zeros.h"
#include "c10/core/GradMode.h"

namespace doodle {
namespace {

// GradScaler's defaults; the first scale is LossScale's.
constexpr double kGrowth = 2.0;
constexpr double kBackoff = 0.5;
constexpr uint64_t kGrowthInterval = 2000;
// A scale of zero could never grow again, and a checkpoint that holds it is not read.
constexpr double kSmallest = 0x1p-24;

// torch.amp's update rule (_amp_update_scale_): the scale does not grow beyond float32.
LossScale Adapted(LossScale state, bool finite) {
  if (!finite) return {std::max(state.scale * kBackoff, kSmallest), 0};
  if (++state.good_steps < kGrowthInterval) return state;
  const double grown = state.scale * kGrowth;
  return {std::isfinite(static_cast<float>(grown)) ? grown : state.scale, 0};
}

}  // namespace

LossScaler::LossScaler(c10::Device device, LossScale start)
    : state_(start),
      scale_(at::full({1}, start.scale, at::TensorOptions(at::kFloat).device(device))),
      overflow_(at::zeros({1}, at::TensorOptions(at::kFloat).device(device))) {}

bool LossScaler::Unscale(const std::vector<at::Tensor>& gradients) {
  c10::NoGradGuard no_gradients;
  overflow_.zero_();
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, overflow_, scale_.reciprocal());
  const bool finite = overflow_.item<float>() == 0;
  const double before = state_.scale;
  state_ = Adapted(state_, finite);
  if (state_.scale != before) scale_.fill_(state_.scale);
  return finite;
}

}  // namespace doodle
