#include "worker/model/densenet.h"

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

constexpr int64_t kGrowth = 32;           // Channels that a layer adds.
constexpr int64_t kInside = 4 * kGrowth;  // Channels between a layer's two convolutions.
constexpr int64_t kStem = 2 * kGrowth;

class DenseLayer final : public nn::Module {
 public:
  explicit DenseLayer(int64_t in)
      : norm1_(register_module("norm1", nn::BatchNorm2d(in))),
        conv1_(register_module("conv1", MakeConv(in, kInside, 1))),
        norm2_(register_module("norm2", nn::BatchNorm2d(kInside))),
        conv2_(register_module("conv2", MakeConv(kInside, kGrowth, 3))) {}

  at::Tensor Forward(const at::Tensor& x) {
    const at::Tensor inside = Convolve(conv1_, norm1_->forward(x).relu_());
    return Convolve(conv2_, norm2_->forward(inside).relu_());
  }

 private:
  nn::BatchNorm2d norm1_;
  nn::Conv2d conv1_;
  nn::BatchNorm2d norm2_;
  nn::Conv2d conv2_;
};

class DenseBlock final : public nn::Module {
 public:
  DenseBlock(int64_t in, int layers) {
    for (int i = 0; i < layers; ++i) {
      auto layer = std::make_shared<DenseLayer>(in + i * kGrowth);
      layers_.push_back(register_module("denselayer" + std::to_string(i + 1), std::move(layer)));
    }
  }

  at::Tensor Forward(const at::Tensor& x) {
    std::vector<at::Tensor> outputs = {x};
    for (const auto& layer : layers_) outputs.push_back(layer->Forward(at::cat(outputs, 1)));
    return at::cat(outputs, 1);
  }

 private:
  std::vector<std::shared_ptr<DenseLayer>> layers_;
};

// Halves channels and map between blocks.
class Transition final : public nn::Module {
 public:
  explicit Transition(int64_t in)
      : norm_(register_module("norm", nn::BatchNorm2d(in))), conv_(register_module("conv", MakeConv(in, in / 2, 1))) {}

  at::Tensor Forward(const at::Tensor& x) { return at::avg_pool2d(Convolve(conv_, norm_->forward(x).relu_()), 2); }

 private:
  nn::BatchNorm2d norm_;
  nn::Conv2d conv_;
};

class Features final : public nn::Module {
 public:
  Features(const std::array<int, 4>& layers, int64_t in_channels)
      : conv0_(register_module("conv0", MakeConv(in_channels, kStem, 7, 2))),
        norm0_(register_module("norm0", nn::BatchNorm2d(kStem))) {
    for (size_t i = 0; i < layers.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      blocks_.push_back(register_module("denseblock" + number, std::make_shared<DenseBlock>(channels_, layers[i])));
      channels_ += layers[i] * kGrowth;
      if (i + 1 == layers.size()) break;
      transitions_.push_back(register_module("transition" + number, std::make_shared<Transition>(channels_)));
      channels_ /= 2;
    }
    norm5_ = register_module("norm5", nn::BatchNorm2d(channels_));
  }

  int64_t channels() const { return channels_; }

  at::Tensor Forward(const at::Tensor& pixels) {
    at::Tensor x = norm0_->forward(Convolve(conv0_, pixels)).relu_();
    x = at::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
    for (size_t i = 0; i < blocks_.size(); ++i) {
      x = blocks_[i]->Forward(x);
      if (i < transitions_.size()) x = transitions_[i]->Forward(x);
    }
    return norm5_->forward(x).relu_();
  }

 private:
  int64_t channels_ = kStem;
  nn::Conv2d conv0_;
  nn::BatchNorm2d norm0_;
  std::vector<std::shared_ptr<DenseBlock>> blocks_;
  std::vector<std::shared_ptr<Transition>> transitions_;
  nn::BatchNorm2d norm5_{nullptr};
};

class DenseNet final : public ImageModel {
 public:
  DenseNet(const DenseNetSpec& spec, int64_t in_channels, int64_t classes)
      : features_(register_module("features", std::make_shared<Features>(spec.layers, in_channels))),
        classifier_(register_module("classifier", nn::Linear(features_->channels(), classes))) {}

  at::Tensor Forward(const at::Tensor& pixels) override {
    return classifier_->forward(at::adaptive_avg_pool2d(features_->Forward(pixels), {1, 1}).flatten(1));
  }

  void Initialize(uint64_t seed) override {
    InitializeWeights(*this, {.conv_fan = Fan::kIn, .zero_biases = true}, seed);
  }

 private:
  std::shared_ptr<Features> features_;
  nn::Linear classifier_;
};

}  // namespace

std::shared_ptr<ImageModel> MakeDenseNet(const DenseNetSpec& spec, int64_t in_channels, int64_t classes) {
  return std::make_shared<DenseNet>(spec, in_channels, classes);
}

}  // namespace doodle
