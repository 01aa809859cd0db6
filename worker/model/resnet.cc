#include "worker/model/resnet.h"

#include <string>
#include <utility>
#include <vector>

#include "torch/nn/modules/batchnorm.h"
#include "torch/nn/modules/conv.h"
#include "torch/nn/modules/linear.h"
#include "worker/model/convolution.h"
#include "worker/model/initialization.h"

namespace doodle {
namespace {

namespace nn = torch::nn;

// Blocks one after another: children "0", "1", ...
class Stage final : public nn::Module {
 public:
  Stage(const BlockSpec& spec, int64_t in, int64_t planes, int64_t stride, int blocks) {
    for (int i = 0; i < blocks; ++i) {
      auto block = MakeResidualBlock(spec, i == 0 ? in : spec.OutputChannels(planes), planes, i == 0 ? stride : 1);
      blocks_.push_back(register_module(std::to_string(i), std::move(block)));
    }
  }

  at::Tensor Forward(at::Tensor x) {
    for (const auto& block : blocks_) x = block->Forward(x);
    return x;
  }

  void ZeroLastNorms() {
    for (const auto& block : blocks_) block->ZeroLastNorm();
  }

 private:
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
};

class ResNet final : public ImageModel {
 public:
  ResNet(const ResNetSpec& spec, int64_t in_channels, int64_t classes)
      : conv1_(register_module("conv1", MakeConv(in_channels, 64, 7, 2))),
        bn1_(register_module("bn1", nn::BatchNorm2d(64))) {
    int64_t channels = 64;
    for (size_t i = 0; i < spec.blocks.size(); ++i) {
      const int64_t planes = int64_t{64} << i;
      auto stage = std::make_shared<Stage>(spec.block, channels, planes, i == 0 ? 1 : 2, spec.blocks[i]);
      stages_.push_back(register_module("layer" + std::to_string(i + 1), std::move(stage)));
      channels = spec.block.OutputChannels(planes);
    }
    fc_ = register_module("fc", nn::Linear(channels, classes));
  }

  at::Tensor Forward(const at::Tensor& pixels) override {
    at::Tensor x = bn1_->forward(Convolve(conv1_, pixels)).relu_();
    x = at::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
    for (const auto& stage : stages_) x = stage->Forward(x);
    return fc_->forward(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
  }

  void Initialize(uint64_t seed) override {
    InitializeWeights(*this, {}, seed);
    const at::NoGradGuard no_grad;
    for (const auto& stage : stages_) stage->ZeroLastNorms();
  }

 private:
  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  std::vector<std::shared_ptr<Stage>> stages_;
  nn::Linear fc_{nullptr};
};

}  // namespace

std::shared_ptr<ImageModel> MakeResNet(const ResNetSpec& spec, int64_t in_channels, int64_t classes) {
  return std::make_shared<ResNet>(spec, in_channels, classes);
}

}  // namespace doodle
