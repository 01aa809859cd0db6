// Drawings to pixels: anti-aliased polylines with round caps and joins, one plane for each channel.
#ifndef DOODLE_COMMON_RENDER_RASTERIZER_H_
#define DOODLE_COMMON_RENDER_RASTERIZER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/render/placement.h"
#include "common/render/raster_spec.h"

namespace doodle {

// A pixel's coverage by a piece of a stroke is the line's cross section through a pixel-wide box,
// min(1, w, w/2 + 1/2 - distance). Each plane holds, for each pixel, the largest product of a piece's coverage and
// its value in that channel (RasterChannel), times 255. So nothing is drawn twice, and where strokes cross neither
// their order nor their direction matters.
//
// The 256-unit frame keeps the margin and half a line's width away from each side, so that no ink falls outside: unit
// c lies at m + w/2 + c * (size - w - 2m) / 255 pixels (kTopLeft); kCenter moves the drawing's bounding box to the
// middle; kStretch also scales its larger side to size - w - 2m.
//
// Render allocates nothing. The bytes do not depend on the processor. Immutable, hence thread-safe.
class Rasterizer {
 public:
  // INVALID_ARGUMENT for a size, line width, margin or list of channels out of range; names the field, as
  // "raster.line_width".
  static absl::StatusOr<Rasterizer> Create(const RasterSpec& spec);

  int size() const { return size_; }
  int channels() const { return static_cast<int>(channels_.size()); }
  size_t bytes() const { return channels_.size() * size_ * size_; }  // Of one raster.

  // Writes bytes() bytes, [channels, size, size], rows from the top. `drawing` passes CheckDrawing.
  void Render(const Drawing& drawing, uint8_t* out) const { Render(drawing, AffineMap(), out); }

  // With the placed points mapped; what leaves the square is cut off.
  void Render(const Drawing& drawing, const AffineMap& map, uint8_t* out) const;

 private:
  explicit Rasterizer(const RasterSpec& spec);

  int size_;
  RasterFit fit_;
  float width_;   // Of the line, pixels.
  float margin_;  // Pixels.
  std::vector<RasterChannel> channels_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_RASTERIZER_H_
