#include "common/render/rasterizer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// The segment relative to its first point; a point has no direction and inverse_length2 0.
struct Capsule {
  float dx, dy, inverse_length2, reach, peak;
};

// Pixels `out[0..count)` of one row, the first one's center at (x, y) from the segment's first point. One straight
// loop without branches, for the vectorizer.
void CoverRow(const Capsule& capsule, float x, float y, int count, uint8_t* __restrict out) {
  for (int i = 0; i < count; ++i) {
    const float px = x + static_cast<float>(i);
    const float along = (px * capsule.dx + y * capsule.dy) * capsule.inverse_length2;
    const float t = std::min(std::max(along, 0.0F), 1.0F);
    const float ex = px - t * capsule.dx;
    const float ey = y - t * capsule.dy;
    const float coverage = capsule.reach - std::sqrt(ex * ex + ey * ey);
    const float ink = std::min(std::max(coverage, 0.0F), capsule.peak) * 255.0F + 0.5F;
    const auto value = static_cast<uint8_t>(static_cast<int>(ink));
    out[i] = std::max(out[i], value);
  }
}

int Clamp(float value, int size) { return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(size))); }

}  // namespace

absl::StatusOr<Rasterizer> Rasterizer::Create(const RasterSpec& spec) {
  if (spec.size < 8 || spec.size > 1024) return InvalidField("raster.size", "must be 8 to 1024");
  if (!(spec.line_width >= 0.1 && spec.line_width <= spec.size / 4.0)) {
    return InvalidField("raster.line_width",
                        absl::StrCat("must be 0.1 to ", spec.size / 4.0, ", a quarter of the size"));
  }
  if (spec.channels != RasterChannels::kGray) return UnsupportedField("raster.channels");
  return Rasterizer(spec);
}

Rasterizer::Rasterizer(const RasterSpec& spec)
    : size_(spec.size),
      fit_(spec.fit),
      width_(static_cast<float>(spec.line_width)),
      reach_(width_ / 2 + 0.5F),
      peak_(std::min(1.0F, width_)) {}

Rasterizer::Placement Rasterizer::Place(const Drawing& drawing) const {
  const float room = static_cast<float>(size_) - width_;
  Placement placement{room / 255, {width_ / 2, width_ / 2}};
  if (fit_ == RasterFit::kTopLeft || drawing.points() == 0) return placement;
  const auto [left, right] = std::minmax_element(drawing.x.begin(), drawing.x.end());
  const auto [top, bottom] = std::minmax_element(drawing.y.begin(), drawing.y.end());
  const int side = std::max(*right - *left, *bottom - *top);
  if (fit_ == RasterFit::kStretch && side > 0) placement.scale = room / static_cast<float>(side);
  const float middle = static_cast<float>(size_) / 2;
  placement.offset = {middle - placement.scale * static_cast<float>(*left + *right) / 2,
                      middle - placement.scale * static_cast<float>(*top + *bottom) / 2};
  return placement;
}

// Visits the rows that the line reaches and in each only the stretch that it can reach there.
void Rasterizer::DrawSegment(Point from, Point to, uint8_t* out) const {
  const float dx = to.x - from.x;
  const float dy = to.y - from.y;
  const float length2 = dx * dx + dy * dy;
  const Capsule capsule{dx, dy, length2 > 0 ? 1 / length2 : 0, reach_, peak_};
  const float inverse_dy = dy != 0 ? 1 / dy : 0;
  const int first_row = Clamp(std::ceil(std::min(from.y, to.y) - reach_ - 0.5F), size_);
  const int end_row = Clamp(std::floor(std::max(from.y, to.y) + reach_ - 0.5F) + 1, size_);
  for (int row = first_row; row < end_row; ++row) {
    const float y = static_cast<float>(row) + 0.5F - from.y;
    float t0 = 0;  // The part of the segment whose points are within reach of this row's height.
    float t1 = 1;
    if (dy != 0) {
      const float a = (y - reach_) * inverse_dy;
      const float b = (y + reach_) * inverse_dy;
      t0 = std::clamp(std::min(a, b), 0.0F, 1.0F);
      t1 = std::clamp(std::max(a, b), 0.0F, 1.0F);
    }
    const float x0 = from.x + t0 * dx;
    const float x1 = from.x + t1 * dx;
    const int first = Clamp(std::ceil(std::min(x0, x1) - reach_ - 0.5F), size_);
    const int end = Clamp(std::floor(std::max(x0, x1) + reach_ - 0.5F) + 1, size_);
    if (first >= end) continue;
    CoverRow(capsule, static_cast<float>(first) + 0.5F - from.x, y, end - first,
             out + static_cast<size_t>(row) * size_ + first);
  }
}

void Rasterizer::Render(const Drawing& drawing, uint8_t* out) const {
  std::memset(out, 0, bytes());
  const Placement placement = Place(drawing);
  size_t point = 0;
  for (const uint32_t length : drawing.stroke_lengths) {
    Point last;
    for (uint32_t i = 0; i < length; ++i, ++point) {
      const Point next{placement.offset.x + placement.scale * static_cast<float>(drawing.x[point]),
                       placement.offset.y + placement.scale * static_cast<float>(drawing.y[point])};
      if (i > 0 || length == 1) DrawSegment(i > 0 ? last : next, next, out);
      last = next;
    }
  }
}

}  // namespace doodle
