#include "worker/model/small_convnet.h"

#include "torch/nn/modules/batchnorm.h"
#include "torch/nn/modules/conv.h"
#include "torch/nn/modules/linear.h"
#include "worker/model/convolution.h"
#include "worker/model/initialization.h"

namespace doodle {
namespace {

namespace nn = torch::nn;

class SmallConvnet final : public ImageModel {
 public:
  SmallConvnet(int64_t in_channels, int64_t classes)
      : conv1_(register_module("conv1", MakeConv(in_channels, 32, 3))),
        bn1_(register_module("bn1", nn::BatchNorm2d(32))),
        conv2_(register_module("conv2", MakeConv(32, 64, 3))),
        bn2_(register_module("bn2", nn::BatchNorm2d(64))),
        conv3_(register_module("conv3", MakeConv(64, 128, 3))),
        bn3_(register_module("bn3", nn::BatchNorm2d(128))),
        fc_(register_module("fc", nn::Linear(128, classes))) {}

  at::Tensor Forward(const at::Tensor& pixels) override {
    at::Tensor x = Halve(bn1_->forward(conv1_->forward(pixels)));
    x = Halve(bn2_->forward(conv2_->forward(x)));
    x = Halve(bn3_->forward(conv3_->forward(x)));
    return fc_->forward(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
  }

  void Initialize(uint64_t seed) override { InitializeWeights(*this, {}, seed); }

 private:
  static at::Tensor Halve(const at::Tensor& x) { return at::max_pool2d(x.relu_(), 2); }

  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  nn::Conv2d conv2_;
  nn::BatchNorm2d bn2_;
  nn::Conv2d conv3_;
  nn::BatchNorm2d bn3_;
  nn::Linear fc_;
};

}  // namespace

std::shared_ptr<ImageModel> MakeSmallConvnet(int64_t in_channels, int64_t classes) {
  return std::make_shared<SmallConvnet>(in_channels, classes);
}

}  // namespace doodle
