#include "worker/model/vgg.h"

#include <algorithm>
#include <array>
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

constexpr int64_t kHidden = 4096;
constexpr int64_t kMap = 7;  // Pixels a side that the first fully connected layer covers.

// Output channels of the eight convolutions; 0 halves the map.
constexpr std::array<int64_t, 13> kVgg11 = {64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0};

// Children are named by their place among convolutions, norms, activations and pools; only the first two have weights.
class Features final : public nn::Module {
 public:
  Features(bool norms, int64_t in_channels) {
    int place = 0;
    int64_t in = in_channels;
    for (int64_t out : kVgg11) {
      Layer& layer = layers_.emplace_back();
      if (out == 0) {
        ++place;
        continue;
      }
      layer.conv = register_module(std::to_string(place++), nn::Conv2d(nn::Conv2dOptions(in, out, 3).padding(1)));
      if (norms) layer.norm = register_module(std::to_string(place++), nn::BatchNorm2d(out));
      ++place;  // The activation.
      in = out;
    }
  }

  at::Tensor Forward(at::Tensor x) {
    for (const Layer& layer : layers_) x = Apply(layer, x);
    return x;
  }

 private:
  struct Layer {  // A convolution, or a pool when there is none.
    nn::Conv2d conv{nullptr};
    nn::BatchNorm2d norm{nullptr};
  };

  static at::Tensor Apply(const Layer& layer, const at::Tensor& x) {
    if (layer.conv.is_empty()) return at::max_pool2d(x, 2);
    at::Tensor y = Convolve(layer.conv, x);
    if (!layer.norm.is_empty()) y = nn::BatchNorm2d(layer.norm)->forward(y);
    return y.relu_();
  }

  std::vector<Layer> layers_;
};

class PreLogits final : public nn::Module {
 public:
  PreLogits()
      : fc1_(register_module("fc1", nn::Conv2d(nn::Conv2dOptions(512, kHidden, kMap)))),
        fc2_(register_module("fc2", nn::Conv2d(nn::Conv2dOptions(kHidden, kHidden, 1)))) {}

  at::Tensor Forward(at::Tensor x) {
    if (std::min(x.size(2), x.size(3)) < kMap) {
      x = at::adaptive_avg_pool2d(x, {std::max(x.size(2), kMap), std::max(x.size(3), kMap)});
    }
    return fc2_->forward(fc1_->forward(x).relu_()).relu_();
  }

 private:
  nn::Conv2d fc1_;
  nn::Conv2d fc2_;
};

class Head final : public nn::Module {
 public:
  explicit Head(int64_t classes) : fc_(register_module("fc", nn::Linear(kHidden, classes))) {}

  at::Tensor Forward(const at::Tensor& x) { return fc_->forward(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1)); }

 private:
  nn::Linear fc_;
};

class Vgg final : public ImageModel {
 public:
  Vgg(bool norms, int64_t in_channels, int64_t classes)
      : features_(register_module("features", std::make_shared<Features>(norms, in_channels))),
        pre_logits_(register_module("pre_logits", std::make_shared<PreLogits>())),
        head_(register_module("head", std::make_shared<Head>(classes))) {}

  at::Tensor Forward(const at::Tensor& pixels) override {
    return head_->Forward(pre_logits_->Forward(features_->Forward(pixels)));
  }

  void Initialize(uint64_t seed) override {
    InitializeWeights(*this, {.zero_biases = true, .linear_deviation = 0.01}, seed);
  }

 private:
  std::shared_ptr<Features> features_;
  std::shared_ptr<PreLogits> pre_logits_;
  std::shared_ptr<Head> head_;
};

}  // namespace

std::shared_ptr<ImageModel> MakeVgg11(const VggSpec& spec, int64_t in_channels, int64_t classes) {
  return std::make_shared<Vgg>(spec.norms, in_channels, classes);
}

}  // namespace doodle
