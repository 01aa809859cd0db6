// Varies drawings for training, the same way whenever the same sample is drawn again.
//
//     const Augmenter augmenter(spec, HashCombine(job.seed, stage));
//     AugmentedDrawing scratch;                                     // Kept by the thread.
//     augmenter.Apply(drawing, epoch, scratch);
//     rasterizer.Render(*scratch.drawing, scratch.map, pixels);
#ifndef DOODLE_COMMON_RENDER_AUGMENTER_H_
#define DOODLE_COMMON_RENDER_AUGMENTER_H_

#include <cstdint>

#include "common/drawing/drawing.h"
#include "common/render/augment_spec.h"
#include "common/render/placement.h"

namespace doodle {

// A drawing and how it is to be placed. `drawing` is the one given or `changed`.
struct AugmentedDrawing {
  const Drawing* drawing = nullptr;
  AffineMap map;
  Drawing changed;  // Its memory is used again.
};

// Every choice is a hash of (seed, epoch, key, what is chosen), never of thread, rank or time: a resumed or regrouped
// job draws the same pixels. Angles go through std::sin, whose last bit is the C library's. Immutable, hence
// thread-safe.
class Augmenter {
 public:
  // `seed` stands for the job's seed and the stage.
  Augmenter(const AugmentSpec& spec, uint64_t seed);

  // Allocates only while `result.changed` grows. `drawing` must outlive the use of `result`.
  void Apply(const Drawing& drawing, uint64_t epoch, AugmentedDrawing& result) const;

 private:
  AffineMap MapOf(uint64_t sample) const;
  void DropParts(const Drawing& drawing, uint64_t sample, Drawing& out) const;
  void JitterTimes(uint64_t sample, Drawing& drawing) const;

  const AugmentSpec spec_;
  const uint64_t seed_;
  const bool changes_points_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_AUGMENTER_H_
