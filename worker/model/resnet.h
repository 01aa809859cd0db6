// Residual networks of basic blocks (He et al. 2015), with timm's names.
#ifndef DOODLE_WORKER_MODEL_RESNET_H_
#define DOODLE_WORKER_MODEL_RESNET_H_

#include <cstdint>
#include <memory>

#include "worker/model/image_model.h"

namespace doodle {

// timm.create_model("resnet18", in_chans=in_channels, num_classes=classes); weights not initialized yet.
std::shared_ptr<ImageModel> MakeResNet18(int64_t in_channels, int64_t classes);

// Zeroes the last batch-norm weight of every block, so that blocks start as the identity (timm's zero_init_last).
void ZeroLastNorms(ImageModel& resnet);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_RESNET_H_
