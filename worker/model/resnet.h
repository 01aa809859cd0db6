// Residual networks (He et al. 2015), ResNeXt (Xie et al. 2017) and their squeeze-and-excitation forms (Hu et al.
// 2018), with timm's names and its standard 7x7 stem.
#ifndef DOODLE_WORKER_MODEL_RESNET_H_
#define DOODLE_WORKER_MODEL_RESNET_H_

#include <array>
#include <cstdint>
#include <memory>

#include "worker/model/image_model.h"
#include "worker/model/residual_block.h"

namespace doodle {

struct ResNetSpec {
  std::array<int, 4> blocks{};  // Of layer1 to layer4, with 64, 128, 256 and 512 planes.
  BlockSpec block;
};

// timm's ResNet with in_chans = in_channels and num_classes = classes; weights not initialized yet.
std::shared_ptr<ImageModel> MakeResNet(const ResNetSpec& spec, int64_t in_channels, int64_t classes);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_RESNET_H_
