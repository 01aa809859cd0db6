#include "worker/model/residual_block.h"

#include "torch/nn/modules/batchnorm.h"
#include "torch/nn/modules/conv.h"
#include "worker/model/convolution.h"

namespace doodle {
namespace {

namespace nn = torch::nn;

// The 1x1 convolution that fits the shortcut to a block of other width or stride: children "0" and "1".
class Downsample final : public nn::Module {
 public:
  Downsample(int64_t in, int64_t out, int64_t stride)
      : conv_(register_module("0", MakeConv(in, out, 1, stride))), norm_(register_module("1", nn::BatchNorm2d(out))) {}

  at::Tensor Forward(const at::Tensor& x) { return norm_->forward(Convolve(conv_, x)); }

 private:
  nn::Conv2d conv_;
  nn::BatchNorm2d norm_;
};

// A weight per channel from the channels' means (Hu et al. 2018).
class SqueezeExcite final : public nn::Module {
 public:
  explicit SqueezeExcite(int64_t channels)
      : fc1_(register_module("fc1", nn::Conv2d(nn::Conv2dOptions(channels, channels / 16, 1)))),
        fc2_(register_module("fc2", nn::Conv2d(nn::Conv2dOptions(channels / 16, channels, 1)))) {}

  at::Tensor Forward(const at::Tensor& x) {
    const at::Tensor inside = fc1_->forward(x.mean({2, 3}, /*keepdim=*/true)).relu_();
    return x * fc2_->forward(inside).sigmoid();
  }

 private:
  nn::Conv2d fc1_;
  nn::Conv2d fc2_;
};

class BasicBlock final : public ResidualBlock {
 public:
  BasicBlock(int64_t in, int64_t out, int64_t stride)
      : conv1_(register_module("conv1", MakeConv(in, out, 3, stride))),
        bn1_(register_module("bn1", nn::BatchNorm2d(out))),
        conv2_(register_module("conv2", MakeConv(out, out, 3))),
        bn2_(register_module("bn2", nn::BatchNorm2d(out))) {
    if (stride != 1 || in != out) {
      downsample_ = register_module("downsample", std::make_shared<Downsample>(in, out, stride));
    }
  }

  at::Tensor Forward(const at::Tensor& x) override {
    at::Tensor y = bn1_->forward(Convolve(conv1_, x)).relu_();
    y = bn2_->forward(Convolve(conv2_, y));
    y += downsample_ ? downsample_->Forward(x) : x;
    return y.relu_();
  }

  void ZeroLastNorm() override { bn2_->weight.fill_(0); }

 private:
  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  nn::Conv2d conv2_;
  nn::BatchNorm2d bn2_;
  std::shared_ptr<Downsample> downsample_;
};

class Bottleneck final : public ResidualBlock {
 public:
  Bottleneck(const BlockSpec& spec, int64_t in, int64_t planes, int64_t stride)
      : Bottleneck(spec, in, spec.OutputChannels(planes), planes * spec.base_width / 64 * spec.groups, stride) {}

  at::Tensor Forward(const at::Tensor& x) override {
    at::Tensor y = bn1_->forward(Convolve(conv1_, x)).relu_();
    y = bn2_->forward(Convolve(conv2_, y)).relu_();
    y = bn3_->forward(Convolve(conv3_, y));
    if (squeeze_) y = squeeze_->Forward(y);
    y += downsample_ ? downsample_->Forward(x) : x;
    return y.relu_();
  }

  void ZeroLastNorm() override { bn3_->weight.fill_(0); }

 private:
  Bottleneck(const BlockSpec& spec, int64_t in, int64_t out, int64_t width, int64_t stride)
      : conv1_(register_module("conv1", MakeConv(in, width, 1))),
        bn1_(register_module("bn1", nn::BatchNorm2d(width))),
        conv2_(register_module("conv2", MakeConv(width, width, 3, stride, spec.groups))),
        bn2_(register_module("bn2", nn::BatchNorm2d(width))),
        conv3_(register_module("conv3", MakeConv(width, out, 1))),
        bn3_(register_module("bn3", nn::BatchNorm2d(out))) {
    if (spec.squeeze) squeeze_ = register_module("se", std::make_shared<SqueezeExcite>(out));
    if (stride != 1 || in != out) {
      downsample_ = register_module("downsample", std::make_shared<Downsample>(in, out, stride));
    }
  }

  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  nn::Conv2d conv2_;
  nn::BatchNorm2d bn2_;
  nn::Conv2d conv3_;
  nn::BatchNorm2d bn3_;
  std::shared_ptr<SqueezeExcite> squeeze_;
  std::shared_ptr<Downsample> downsample_;
};

}  // namespace

std::shared_ptr<ResidualBlock> MakeResidualBlock(const BlockSpec& spec, int64_t in, int64_t planes, int64_t stride) {
  if (spec.bottleneck) return std::make_shared<Bottleneck>(spec, in, planes, stride);
  return std::make_shared<BasicBlock>(in, planes, stride);
}

}  // namespace doodle
