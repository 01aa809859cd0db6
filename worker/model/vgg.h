// VGG (Simonyan and Zisserman 2014), with timm's names: the fully connected layers are convolutions, so any size goes.
#ifndef DOODLE_WORKER_MODEL_VGG_H_
#define DOODLE_WORKER_MODEL_VGG_H_

#include <cstdint>
#include <memory>

#include "worker/model/image_model.h"

namespace doodle {

struct VggSpec {
  bool norms = false;  // Batch norm behind every convolution: vgg11_bn.
};

// timm's vgg11 or vgg11_bn; weights not initialized yet. Maps below 7 pixels a side (inputs below 224) are
// spread to 7 before the first fully connected layer, as timm does. No dropout: timm's default.
std::shared_ptr<ImageModel> MakeVgg11(const VggSpec& spec, int64_t in_channels, int64_t classes);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_VGG_H_
