#include "common/render/segment_kernel.h"

#include <algorithm>

// Compiles what lies between the namespace macros once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "common/render/segment_kernel.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace doodle {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Eight lanes at most: a line's stretch of a row is rarely longer, and a raster is never narrower.
using Floats = hn::CappedTag<float, 8>;
using Bytes = hn::Rebind<uint8_t, Floats>;
using Integers = hn::Rebind<int32_t, Floats>;
using FloatVector = hn::Vec<Floats>;

HWY_INLINE int Clip(float value, float size) { return static_cast<int>(std::min(std::max(value, 0.0F), size)); }

// A segment relative to its first point.
struct Shape {
  float dx, dy;
  float inverse_length2;  // 0 for a dot.
  float inverse_dy;       // Huge for a level one.
};

HWY_INLINE Shape ShapeOf(const Segment& segment) {
  const float dx = segment.x1 - segment.x0;
  const float dy = segment.y1 - segment.y0;
  const float length2 = dx * dx + dy * dy;
  return {dx, dy, length2 > 0 ? 1 / length2 : 0, dy != 0 ? 1 / dy : 1e30F};
}

// Coverage of the pixels whose centers are (x, y) from the segment's first point.
HWY_INLINE FloatVector Coverage(const Shape& shape, const SegmentTarget& target, FloatVector x, FloatVector y) {
  const Floats d;
  const FloatVector dx = hn::Set(d, shape.dx);
  const FloatVector dy = hn::Set(d, shape.dy);
  const FloatVector zero = hn::Zero(d);
  const FloatVector along = hn::Mul(hn::Add(hn::Mul(x, dx), hn::Mul(y, dy)), hn::Set(d, shape.inverse_length2));
  const FloatVector t = hn::Min(hn::Max(along, zero), hn::Set(d, 1.0F));
  const FloatVector ex = hn::Sub(x, hn::Mul(t, dx));
  const FloatVector ey = hn::Sub(y, hn::Mul(t, dy));
  const FloatVector distance = hn::Sqrt(hn::Add(hn::Mul(ex, ex), hn::Mul(ey, ey)));
  return hn::Min(hn::Max(hn::Sub(hn::Set(d, target.reach), distance), zero), hn::Set(d, target.peak));
}

HWY_INLINE void Raise(FloatVector coverage, float ink, uint8_t* HWY_RESTRICT pixels) {
  const Floats d;
  const Bytes bytes;
  const FloatVector value = hn::Add(hn::Mul(coverage, hn::Set(d, ink)), hn::Set(d, 0.5F));
  const auto rounded = hn::DemoteTo(bytes, hn::ConvertTo(Integers(), value));
  hn::StoreU(hn::Max(hn::LoadU(bytes, pixels), rounded), bytes, pixels);
}

// Visits the rows that the segment reaches and in each only the stretch that it can reach there. `kPlanes` 0: as many
// as the target says.
template <size_t kPlanes>
HWY_INLINE void DrawSegment(const SegmentTarget& target, const Segment& segment) {
  const Floats d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const size_t planes = kPlanes > 0 ? kPlanes : target.planes;
  const size_t plane = static_cast<size_t>(target.size) * target.size;
  const auto size = static_cast<float>(target.size);
  const float reach = target.reach;
  const Shape shape = ShapeOf(segment);
  const FloatVector first_center = hn::Add(hn::Iota(d, 0), hn::Set(d, 0.5F - segment.x0));
  const int end_row = Clip(std::max(segment.y0, segment.y1) + reach + 0.5F, size);
  for (int row = Clip(std::min(segment.y0, segment.y1) - reach + 0.5F, size); row < end_row; ++row) {
    const float y = static_cast<float>(row) + 0.5F - segment.y0;
    const float a = std::min(std::max((y - reach) * shape.inverse_dy, 0.0F), 1.0F) * shape.dx;
    const float b = std::min(std::max((y + reach) * shape.inverse_dy, 0.0F), 1.0F) * shape.dx;
    const int end = Clip(segment.x0 + std::max(a, b) + reach + 0.5F, size);
    uint8_t* pixels = target.pixels + static_cast<size_t>(row) * target.size;
    for (int x = Clip(segment.x0 + std::min(a, b) - reach + 0.5F, size); x < end; x += lanes) {
      const int at = std::min(x, target.size - lanes);
      const FloatVector center = hn::Add(first_center, hn::Set(d, static_cast<float>(at)));
      const FloatVector coverage = Coverage(shape, target, center, hn::Set(d, y));
      for (size_t i = 0; i < planes; ++i) Raise(coverage, segment.ink[i], pixels + at + i * plane);
    }
  }
}

void DrawAll(const SegmentTarget& target, absl::Span<const Segment> segments) {
  if (target.planes == 1) {
    for (const Segment& segment : segments) DrawSegment<1>(target, segment);
  } else if (target.planes == 3) {
    for (const Segment& segment : segments) DrawSegment<3>(target, segment);
  } else {
    for (const Segment& segment : segments) DrawSegment<0>(target, segment);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace doodle
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace doodle {

HWY_EXPORT(DrawAll);

void DrawSegments(const SegmentTarget& target, absl::Span<const Segment> segments) {
  HWY_DYNAMIC_DISPATCH(DrawAll)(target, segments);
}

}  // namespace doodle
#endif
