// Where a drawing's points lie on the raster. Internal to this folder; plain values.
#ifndef DOODLE_COMMON_RENDER_PLACEMENT_H_
#define DOODLE_COMMON_RENDER_PLACEMENT_H_

#include <cstddef>

#include "common/drawing/drawing.h"
#include "common/render/raster_spec.h"

namespace doodle {

struct PixelPoint {
  float x = 0;
  float y = 0;
};

// Of a point in the 256-unit frame; a raw drawing's points lie between the places of the grid.
struct FramePoint {
  float x = 0;
  float y = 0;
};

inline FramePoint FramePointOf(const Drawing& drawing, size_t point) {
  if (!drawing.is_raw()) return {static_cast<float>(drawing.x[point]), static_cast<float>(drawing.y[point])};
  const Drawing::Fit& fit = drawing.fit;
  return {(drawing.raw_x[point] - fit.left) * fit.scale, (drawing.raw_y[point] - fit.top) * fit.scale};
}

// A linear map around the middle of the drawing and a move, in shares of the raster's size. The default changes
// nothing.
struct AffineMap {
  float xx = 1;  // x' = xx * x + xy * y + move_x, y' = yx * x + yy * y + move_y, from the drawing's middle.
  float xy = 0;
  float yx = 0;
  float yy = 1;
  float move_x = 0;
  float move_y = 0;

  bool operator==(const AffineMap&) const = default;
};

// Frame units to pixels.
class Placement {
 public:
  // `drawing` has points. `width` and `margin` in pixels: see Rasterizer.
  Placement(const Drawing& drawing, int size, float width, float margin, RasterFit fit, const AffineMap& map);

  PixelPoint Place(const FramePoint& point) const {
    return {origin_.x + xx_ * point.x + xy_ * point.y, origin_.y + yx_ * point.x + yy_ * point.y};
  }

 private:
  PixelPoint origin_;
  float xx_, xy_, yx_, yy_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_PLACEMENT_H_
