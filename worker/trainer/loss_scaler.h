// Dynamic loss scaling for fp16, as torch.amp.GradScaler: the loss is multiplied so that small gradients survive half
// precision; a step whose gradients overflow is skipped and the scale halved, after 2,000 good ones it is doubled.
#ifndef DOODLE_WORKER_TRAINER_LOSS_SCALER_H_
#define DOODLE_WORKER_TRAINER_LOSS_SCALER_H_

#include <vector>

#include "ATen/core/Tensor.h"
#include "c10/core/Device.h"
#include "worker/checkpoint/model_state.h"

namespace doodle {

// All ranks see the same reduced gradients, so they decide alike without a word. Goes on from `start`, which is part of
// the training state. Throws as LibTorch does: call inside CatchTorch. Single-threaded: the training thread.
class LossScaler {
 public:
  explicit LossScaler(c10::Device device, LossScale start = {});

  at::Tensor Scale(const at::Tensor& loss) const { return loss.mul(scale_); }
  // Divides the gradients by the scale, in place, and adapts the scale. False: one of them is not finite, and the step
  // is to be skipped.
  bool Unscale(const std::vector<at::Tensor>& gradients);
  const LossScale& state() const { return state_; }

 private:
  LossScale state_;
  at::Tensor scale_;     // float32 [1]: state_.scale, on the device.
  at::Tensor overflow_;  // float32 [1]
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_LOSS_SCALER_H_
