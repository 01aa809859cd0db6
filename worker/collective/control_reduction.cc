#include "worker/collective/control_reduction.h"

#include <algorithm>
#include <utility>

#include "ATen/ops/zeros.h"
#include "c10/core/GradMode.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

int64_t PackedSize(const std::vector<at::Tensor>& averaged) {
  int64_t size = ControlSums::kCount;
  for (const at::Tensor& tensor : averaged) size += tensor.numel();
  return size;
}

}  // namespace

ControlReduction::ControlReduction(c10::intrusive_ptr<c10d::ProcessGroup> group, std::vector<at::Tensor> averaged)
    : group_(std::move(group)),
      averaged_(std::move(averaged)),
      packed_(at::zeros({PackedSize(averaged_)}, at::kDouble)) {}

absl::Status ControlReduction::Start(const ControlSums& mine) {
  return CatchTorch("control reduction", [&] {
    c10::NoGradGuard no_gradients;
    const auto sums = mine.ToArray();
    std::copy(sums.begin(), sums.end(), packed_.data_ptr<double>());
    if (!group_) return;
    int64_t offset = ControlSums::kCount;
    for (const at::Tensor& tensor : averaged_) {
      packed_.narrow(0, offset, tensor.numel()).copy_(tensor.flatten()).mul_(mine.samples);
      offset += tensor.numel();
    }
    std::vector<at::Tensor> tensors = {packed_};
    work_ = group_->allreduce(tensors);
    bytes_ += packed_.nbytes();
  });
}

absl::StatusOr<ControlSums> ControlReduction::Finish() {
  const absl::Status finished = CatchTorch("control reduction", [&] {
    if (work_) work_->wait();
  });
  work_.reset();
  if (!finished.ok()) return finished;
  return ControlSums::FromArray(packed_.data_ptr<double>());
}

void ControlReduction::StoreAverages() {
  if (!group_) return;  // This rank's own statistics are everybody's.
  c10::NoGradGuard no_gradients;
  const double samples = packed_.data_ptr<double>()[1];
  int64_t offset = ControlSums::kCount;
  for (const at::Tensor& tensor : averaged_) {
    tensor.copy_(packed_.narrow(0, offset, tensor.numel()).div(samples).view(tensor.sizes()));
    offset += tensor.numel();
  }
}

}  // namespace doodle
