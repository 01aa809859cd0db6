// The inner loop of rendering: line segments into planes of pixels, with the widest vector instructions that the
// processor has. The one door to Highway. Internal to this folder.
#ifndef DOODLE_COMMON_RENDER_SEGMENT_KERNEL_H_
#define DOODLE_COMMON_RENDER_SEGMENT_KERNEL_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "common/render/raster_spec.h"

namespace doodle {

// Coordinates in pixels; the center of the first pixel is (0.5, 0.5). A segment whose ends meet is a dot.
struct Segment {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;
  float ink[kMaxRasterChannels] = {};  // By plane, 0 to 255: the pixel's value where it is covered.
};

struct SegmentTarget {
  int size = 0;       // Pixels, both sides; at least 8.
  size_t planes = 1;  // [planes, size, size] bytes at `pixels`.
  float reach = 0;    // Largest distance from a pixel's center to the segment at which it gets ink.
  float peak = 1;     // Coverage on the segment itself.
  uint8_t* pixels = nullptr;
};

// Raises each pixel to ink * min(peak, reach - distance), rounded half up. What lies outside of the square is left out.
// The same bytes whatever the instructions: each pixel is a fixed sequence of IEEE operations, none fused (the
// folder is compiled with -ffp-contract=off). Thread-safe for different targets; allocates nothing.
void DrawSegments(const SegmentTarget& target, absl::Span<const Segment> segments);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_SEGMENT_KERNEL_H_
