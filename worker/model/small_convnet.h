// A small convolutional network for tests and benchmarks: seconds instead of minutes on a CPU.
#ifndef DOODLE_WORKER_MODEL_SMALL_CONVNET_H_
#define DOODLE_WORKER_MODEL_SMALL_CONVNET_H_

#include <cstdint>
#include <memory>

#include "worker/model/image_model.h"

namespace doodle {

// Three times: 3x3 convolution without bias, batch norm, ReLU, 2x2 max-pool; then average and linear. Inputs of at
// least 8 pixels a side. Weights not initialized yet.
std::shared_ptr<ImageModel> MakeSmallConvnet(int64_t in_channels, int64_t classes);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_SMALL_CONVNET_H_
