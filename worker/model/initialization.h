// Initial weights from a seed alone.
#ifndef DOODLE_WORKER_MODEL_INITIALIZATION_H_
#define DOODLE_WORKER_MODEL_INITIALIZATION_H_

#include <cstdint>

#include "torch/nn/module.h"

namespace doodle {

enum class Fan { kIn, kOut };

// What differs between the reference implementations' initial weights.
struct InitializationRule {
  Fan conv_fan = Fan::kOut;     // Convolutions are normal with deviation sqrt(2 / fan).
  bool zero_biases = false;     // Else PyTorch's default: uniform up to 1 / sqrt(fan_in).
  double linear_deviation = 0;  // Linear weights are normal with this deviation; 0: uniform up to 1 / sqrt(fan_in).
};

// Batch norms become 1 and 0, the rest follows `rule`; the default is that of residual networks. Draws in the order of
// the modules from a generator of its own. Throws as LibTorch does.
void InitializeWeights(torch::nn::Module& module, const InitializationRule& rule, uint64_t seed);

// Gives 4-D parameters channels-last memory, which convolutions on CPUs and tensor cores prefer. Before an optimizer or
// a reducer sees them.
void ConvertToChannelsLast(torch::nn::Module& module);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_INITIALIZATION_H_
