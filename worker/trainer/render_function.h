// The rasterizer as the batch loader calls it.
#ifndef DOODLE_WORKER_TRAINER_RENDER_FUNCTION_H_
#define DOODLE_WORKER_TRAINER_RENDER_FUNCTION_H_

#include "absl/status/statusor.h"
#include "common/render/raster_spec.h"
#include "common/render/rasterizer.h"
#include "worker/dataset/batch_loader.h"

namespace doodle {

// The errors of Rasterizer::Create. The function owns its rasterizer.
inline absl::StatusOr<RenderFunction> MakeRenderFunction(const RasterSpec& spec) {
  absl::StatusOr<Rasterizer> rasterizer = Rasterizer::Create(spec);
  if (!rasterizer.ok()) return rasterizer.status();
  return RenderFunction([rasterizer = *std::move(rasterizer)](const Drawing& drawing, uint8_t* pixels) {
    rasterizer.Render(drawing, pixels);
  });
}

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_RENDER_FUNCTION_H_
