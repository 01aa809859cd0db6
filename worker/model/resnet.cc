#include "worker/model/resnet.h"

#include <string>
#include <vector>

#include "torch/nn/modules/batchnorm.h"
#include "torch/nn/modules/conv.h"
#include "torch/nn/modules/linear.h"
#include "worker/model/convolution.h"

namespace doodle {
namespace {

namespace nn = torch::nn;

nn::Conv2d Conv(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(padding).bias(false));
}

// The 1x1 convolution that fits the shortcut to a block of other width or stride: children "0" and "1".
class Downsample final : public nn::Module {
 public:
  Downsample(int64_t in, int64_t out, int64_t stride)
      : conv_(register_module("0", Conv(in, out, 1, stride, 0))), norm_(register_module("1", nn::BatchNorm2d(out))) {}

  at::Tensor Forward(const at::Tensor& x) { return norm_->forward(Convolve(conv_, x)); }

 private:
  nn::Conv2d conv_;
  nn::BatchNorm2d norm_;
};

class BasicBlock final : public nn::Module {
 public:
  BasicBlock(int64_t in, int64_t out, int64_t stride)
      : conv1_(register_module("conv1", Conv(in, out, 3, stride, 1))),
        bn1_(register_module("bn1", nn::BatchNorm2d(out))),
        conv2_(register_module("conv2", Conv(out, out, 3, 1, 1))),
        bn2_(register_module("bn2", nn::BatchNorm2d(out))) {
    if (stride != 1 || in != out) {
      downsample_ = register_module("downsample", std::make_shared<Downsample>(in, out, stride));
    }
  }

  at::Tensor Forward(const at::Tensor& x) {
    at::Tensor y = bn1_->forward(Convolve(conv1_, x)).relu_();
    y = bn2_->forward(Convolve(conv2_, y));
    y += downsample_ ? downsample_->Forward(x) : x;
    return y.relu_();
  }

  void ZeroLastNorm() { bn2_->weight.fill_(0); }

 private:
  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  nn::Conv2d conv2_;
  nn::BatchNorm2d bn2_;
  std::shared_ptr<Downsample> downsample_;
};

// Blocks one after another: children "0", "1", ...
class Stage final : public nn::Module {
 public:
  Stage(int64_t in, int64_t out, int64_t stride, int blocks) {
    for (int i = 0; i < blocks; ++i) {
      auto block = i == 0 ? std::make_shared<BasicBlock>(in, out, stride) : std::make_shared<BasicBlock>(out, out, 1);
      blocks_.push_back(register_module(std::to_string(i), std::move(block)));
    }
  }

  at::Tensor Forward(at::Tensor x) {
    for (const auto& block : blocks_) x = block->Forward(x);
    return x;
  }

 private:
  std::vector<std::shared_ptr<BasicBlock>> blocks_;
};

class ResNet18 final : public ImageModel {
 public:
  ResNet18(int64_t in_channels, int64_t classes)
      : conv1_(register_module("conv1", Conv(in_channels, 64, 7, 2, 3))),
        bn1_(register_module("bn1", nn::BatchNorm2d(64))),
        layer1_(register_module("layer1", std::make_shared<Stage>(64, 64, 1, 2))),
        layer2_(register_module("layer2", std::make_shared<Stage>(64, 128, 2, 2))),
        layer3_(register_module("layer3", std::make_shared<Stage>(128, 256, 2, 2))),
        layer4_(register_module("layer4", std::make_shared<Stage>(256, 512, 2, 2))),
        fc_(register_module("fc", nn::Linear(512, classes))) {}

  at::Tensor Forward(const at::Tensor& pixels) override {
    at::Tensor x = bn1_->forward(Convolve(conv1_, pixels)).relu_();
    x = at::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
    x = layer4_->Forward(layer3_->Forward(layer2_->Forward(layer1_->Forward(x))));
    return fc_->forward(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
  }

 private:
  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  std::shared_ptr<Stage> layer1_;
  std::shared_ptr<Stage> layer2_;
  std::shared_ptr<Stage> layer3_;
  std::shared_ptr<Stage> layer4_;
  nn::Linear fc_;
};

}  // namespace

std::shared_ptr<ImageModel> MakeResNet18(int64_t in_channels, int64_t classes) {
  return std::make_shared<ResNet18>(in_channels, classes);
}

void ZeroLastNorms(ImageModel& resnet) {
  at::NoGradGuard no_grad;
  for (const auto& module : resnet.modules(/*include_self=*/false)) {
    if (auto* block = module->as<BasicBlock>()) block->ZeroLastNorm();
  }
}

}  // namespace doodle
