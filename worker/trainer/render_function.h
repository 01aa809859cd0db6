// The renderer as the batch loader calls it.
#ifndef DOODLE_WORKER_TRAINER_RENDER_FUNCTION_H_
#define DOODLE_WORKER_TRAINER_RENDER_FUNCTION_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/render/augment_spec.h"
#include "common/render/raster_spec.h"
#include "worker/dataset/batch_loader.h"

namespace doodle {

// Each returns a function that owns its renderer, or the errors of Rasterizer::Create. The first drawing without times
// that channels of time would need is logged as a warning, once in a process: a trainer makes a function for each stage
// and each evaluation.

// Drawings as they are: evaluation.
absl::StatusOr<RenderFunction> MakeRenderFunction(const RasterSpec& spec);

// Varied as `augment` says: training. `seed` stands for the job's seed and the stage.
absl::StatusOr<RenderFunction> MakeRenderFunction(const RasterSpec& spec, const AugmentSpec& augment, uint64_t seed);

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_RENDER_FUNCTION_H_
