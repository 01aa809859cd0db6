// The first step of every model: bytes to normalized floats, on the model's side so that batches stay small.
#ifndef DOODLE_WORKER_MODEL_INPUT_STEP_H_
#define DOODLE_WORKER_MODEL_INPUT_STEP_H_

#include "ATen/core/Tensor.h"
#include "common/render/raster_spec.h"

namespace doodle {

// `pixels`: uint8 [batch, channels, height, width]. Returns float32 of the same shape, channels-last.
// kNone: x/255. kUnit: (x/255 - 0.5) / 0.5. kImagenet: (x/255 - mean) / deviation, per channel (0.485 0.456 0.406) and
// (0.229 0.224 0.225); with any other number of channels than three their averages, 0.449 and 0.226. Throws
// c10::ValueError on another type or shape: call inside CatchTorch. Thread-safe.
at::Tensor NormalizeInput(const at::Tensor& pixels, RasterNormalize normalize);

}  // namespace doodle

#endif  // DOODLE_WORKER_MODEL_INPUT_STEP_H_
