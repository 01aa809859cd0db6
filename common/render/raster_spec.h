// How a drawing becomes pixels: the job file's `raster` block, as plain values.
#ifndef DOODLE_COMMON_RENDER_RASTER_SPEC_H_
#define DOODLE_COMMON_RENDER_RASTER_SPEC_H_

#include <string>

namespace doodle {

// Where the drawing sits in the square: scaled by its 256-unit frame and kept at the top left, moved to the middle,
// or stretched so that its larger side fills the square.
enum class RasterFit { kTopLeft, kCenter, kStretch };

// What the pixels carry. kGray: ink 255 on paper 0 in one channel.
enum class RasterChannels { kGray, kColor, kThirds, kTime };

// What the model's input step does with the bytes: x/255, or (x/255 - mean) / deviation with ImageNet's values or
// with mean 0.5 and deviation 0.5.
enum class RasterNormalize { kNone, kImagenet, kUnit };

struct RasterSpec {
  int size = 64;            // Pixels, both sides; 8 to 1024.
  double line_width = 2.0;  // Target pixels.
  RasterFit fit = RasterFit::kCenter;
  RasterChannels channels = RasterChannels::kGray;
  RasterNormalize normalize = RasterNormalize::kUnit;

  bool operator==(const RasterSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_RASTER_SPEC_H_
