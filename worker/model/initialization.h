// Initial weights from a seed alone.
#ifndef DOODLE_WORKER_MODEL_INITIALIZATION_H_
#define DOODLE_WORKER_MODEL_INITIALIZATION_H_

#include <cstdint>

#include "torch/nn/module.h"

namespace doodle {

// As timm and torchvision initialize residual networks: convolutions normal with deviation sqrt(2 / fan_out), linear
// layers PyTorch's default (uniform up to 1 / sqrt(fan_in)), batch norm 1 and 0. Draws in the order of the modules from
// a generator of its own. Throws as LibTorch does.
void InitializeWeights(torch::nn::Module& module, uint64_t seed);

// Gives 4-D parameters channels-last memory, which convolutions on CPUs and tensor cores prefer. Before an optimizer or
// a reducer sees them.
void ConvertToChannelsLast(torch::nn::Module& module);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_INITIALIZATION_H_
