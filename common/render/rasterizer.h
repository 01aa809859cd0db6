// Drawings to pixels: anti-aliased polylines with round caps and joins.
#ifndef DOODLE_COMMON_RENDER_RASTERIZER_H_
#define DOODLE_COMMON_RENDER_RASTERIZER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/render/raster_spec.h"

namespace doodle {

// A pixel's value is the coverage of the stroke nearest to its center: the line's cross section through a pixel-wide
// box, min(1, w, w/2 + 1/2 - distance), times 255. Where strokes overlap the darkest wins, so nothing is drawn twice
// and neither the order of strokes nor their direction matters.
//
// The 256-unit frame keeps half a line's width away from each side, so that no ink falls outside: unit c lies at
// w/2 + c * (size - w) / 255 pixels (kTopLeft); kCenter moves the drawing's bounding box to the middle; kStretch also
// scales its larger side to size - w.
//
// No allocation after Create. Immutable, hence thread-safe.
class Rasterizer {
 public:
  // INVALID_ARGUMENT for size or line width out of range, UNIMPLEMENTED for channels other than gray; each names the
  // field, as "raster.channels".
  static absl::StatusOr<Rasterizer> Create(const RasterSpec& spec);

  int size() const { return size_; }
  int channels() const { return 1; }
  size_t bytes() const { return static_cast<size_t>(size_) * size_; }  // Of one raster.

  // Writes bytes() bytes, row by row from the top: ink 255 on paper 0. `drawing` passes CheckDrawing.
  void Render(const Drawing& drawing, uint8_t* out) const;

 private:
  explicit Rasterizer(const RasterSpec& spec);

  struct Point {
    float x = 0;
    float y = 0;
  };
  // Frame units to pixels.
  struct Placement {
    float scale = 1;
    Point offset;
  };
  Placement Place(const Drawing& drawing) const;
  void DrawSegment(Point from, Point to, uint8_t* out) const;

  int size_;
  RasterFit fit_;
  float width_;  // Of the line, pixels.
  float reach_;  // Largest distance of a pixel's center at which it gets ink.
  float peak_;   // Coverage on the line itself.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_RASTERIZER_H_
