#include "worker/trainer/render_function.h"

#include <atomic>
#include <memory>
#include <utility>

#include "common/log/log.h"
#include "common/render/augmenter.h"
#include "common/render/rasterizer.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Whether the process has said that drawings lack times.
std::atomic<bool> warned{false};

// Thread-safe: the flag is the only thing that changes.
class Renderer {
 public:
  Renderer(Rasterizer rasterizer, const AugmentSpec& augment, uint64_t seed, bool uses_times)
      : rasterizer_(std::move(rasterizer)), augmenter_(augment, seed), uses_times_(uses_times) {}

  void Render(const Drawing& drawing, uint64_t epoch, uint8_t* pixels) {
    if (uses_times_ && !drawing.has_times() && !warned.exchange(true)) {
      LogWarning("drawings without times: lengths stand in for them", {{"first_key_id", drawing.key_id}});
    }
    thread_local AugmentedDrawing scratch;  // Its buffers serve the thread's every sample.
    augmenter_.Apply(drawing, epoch, scratch);
    rasterizer_.Render(*scratch.drawing, scratch.map, pixels);
  }

 private:
  const Rasterizer rasterizer_;
  const Augmenter augmenter_;
  const bool uses_times_;
};

}  // namespace

absl::StatusOr<RenderFunction> MakeRenderFunction(const RasterSpec& spec) {
  return MakeRenderFunction(spec, AugmentSpec(), 0);
}

absl::StatusOr<RenderFunction> MakeRenderFunction(const RasterSpec& spec, const AugmentSpec& augment, uint64_t seed) {
  DOODLE_ASSIGN_OR_RETURN(Rasterizer rasterizer, Rasterizer::Create(spec));
  auto renderer = std::make_shared<Renderer>(std::move(rasterizer), augment, seed, UsesTimes(spec));
  return RenderFunction([renderer](const Drawing& drawing, uint64_t epoch, uint8_t* pixels) {
    renderer->Render(drawing, epoch, pixels);
  });
}

}  // namespace doodle
