#include "worker/model/initialization.h"

#include <cmath>

#include "ATen/CPUGeneratorImpl.h"
#include "torch/nn/modules/batchnorm.h"
#include "torch/nn/modules/conv.h"
#include "torch/nn/modules/linear.h"

namespace doodle {
namespace {

double FanIn(const at::Tensor& weight) { return static_cast<double>(weight[0].numel()); }

// Of a convolution in groups, too: inputs of one group, as the weight has them.
double FanOut(const at::Tensor& weight) {
  return static_cast<double>(weight.size(0)) * static_cast<double>(weight[0][0].numel());
}

void InitializeBias(at::Tensor& bias, double fan_in, const InitializationRule& rule, at::Generator& generator) {
  if (!bias.defined()) return;
  const double bound = 1.0 / std::sqrt(fan_in);
  rule.zero_biases ? bias.fill_(0) : bias.uniform_(-bound, bound, generator);
}

void InitializeConv(torch::nn::Conv2dImpl& conv, const InitializationRule& rule, at::Generator& generator) {
  const double fan = rule.conv_fan == Fan::kOut ? FanOut(conv.weight) : FanIn(conv.weight);
  conv.weight.normal_(0, std::sqrt(2.0 / fan), generator);
  InitializeBias(conv.bias, FanIn(conv.weight), rule, generator);
}

void InitializeLinear(torch::nn::LinearImpl& linear, const InitializationRule& rule, at::Generator& generator) {
  const double bound = 1.0 / std::sqrt(FanIn(linear.weight));
  if (rule.linear_deviation > 0) {
    linear.weight.normal_(0, rule.linear_deviation, generator);
  } else {
    linear.weight.uniform_(-bound, bound, generator);
  }
  InitializeBias(linear.bias, FanIn(linear.weight), rule, generator);
}

}  // namespace

void InitializeWeights(torch::nn::Module& module, const InitializationRule& rule, uint64_t seed) {
  const at::NoGradGuard no_grad;
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (const auto& child : module.modules(/*include_self=*/false)) {
    if (auto* conv = child->as<torch::nn::Conv2dImpl>()) {
      InitializeConv(*conv, rule, generator);
    } else if (auto* norm = child->as<torch::nn::BatchNorm2dImpl>()) {
      norm->weight.fill_(1);
      norm->bias.fill_(0);
    } else if (auto* linear = child->as<torch::nn::LinearImpl>()) {
      InitializeLinear(*linear, rule, generator);
    }
  }
}

void ConvertToChannelsLast(torch::nn::Module& module) {
  at::NoGradGuard no_grad;
  for (at::Tensor& parameter : module.parameters()) {
    if (parameter.dim() != 4) continue;
    // Not contiguous(): with one input channel both layouts count as contiguous, and strides would stay as they are.
    at::Tensor converted = at::empty_like(parameter, parameter.options(), at::MemoryFormat::ChannelsLast);
    parameter.set_data(converted.copy_(parameter));
  }
}

}  // namespace doodle
