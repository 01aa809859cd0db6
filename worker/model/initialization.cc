#include "worker/model/initialization.h"

#include <cmath>

#include "ATen/CPUGeneratorImpl.h"
#include "torch/nn/modules/batchnorm.h"
#include "torch/nn/modules/conv.h"
#include "torch/nn/modules/linear.h"

namespace doodle {

void InitializeWeights(torch::nn::Module& module, uint64_t seed) {
  at::NoGradGuard no_grad;
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (const auto& child : module.modules(/*include_self=*/false)) {
    if (auto* conv = child->as<torch::nn::Conv2dImpl>()) {
      const at::Tensor& weight = conv->weight;
      double fan_out = static_cast<double>(weight.size(0) * weight.size(2) * weight.size(3));
      conv->weight.normal_(0, std::sqrt(2.0 / fan_out), generator);
    } else if (auto* norm = child->as<torch::nn::BatchNorm2dImpl>()) {
      norm->weight.fill_(1);
      norm->bias.fill_(0);
    } else if (auto* linear = child->as<torch::nn::LinearImpl>()) {
      double bound = 1.0 / std::sqrt(static_cast<double>(linear->weight.size(1)));
      linear->weight.uniform_(-bound, bound, generator);
      linear->bias.uniform_(-bound, bound, generator);
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
