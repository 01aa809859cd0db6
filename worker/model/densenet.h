// DenseNet-BC (Huang et al. 2016), with timm's names: each layer sees the outputs of all before it in its block.
#ifndef DOODLE_WORKER_MODEL_DENSENET_H_
#define DOODLE_WORKER_MODEL_DENSENET_H_

#include <array>
#include <cstdint>
#include <memory>

#include "worker/model/image_model.h"

namespace doodle {

struct DenseNetSpec {
  std::array<int, 4> layers{};  // Of each block.
};

// timm's DenseNet with growth 32; weights not initialized yet.
std::shared_ptr<ImageModel> MakeDenseNet(const DenseNetSpec& spec, int64_t in_channels, int64_t classes);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_DENSENET_H_
