#include "common/render/stroke_sequence.h"

#include <algorithm>

#include "common/render/placement.h"

namespace doodle {

size_t WriteSequence(const Drawing& drawing, size_t length, float* out) {
  const size_t rows = std::min(length, drawing.points());
  std::fill_n(out, length * kSequenceFeatures, 0.0F);
  size_t stroke = 0;
  size_t end = drawing.stroke_lengths.empty() ? 0 : drawing.stroke_lengths[0];
  for (size_t point = 0; point < rows; ++point) {
    float* row = out + point * kSequenceFeatures;
    if (point > 0) {
      const FramePoint before = FramePointOf(drawing, point - 1);
      const FramePoint now = FramePointOf(drawing, point);
      row[0] = (now.x - before.x) / 256;
      row[1] = (now.y - before.y) / 256;
      if (drawing.has_times()) {
        row[3] = static_cast<float>(drawing.times_ms[point] - drawing.times_ms[point - 1]) / 1000;
      }
    }
    if (point + 1 == end) {
      row[2] = 1;
      if (++stroke < drawing.stroke_lengths.size()) end += drawing.stroke_lengths[stroke];
    }
  }
  return rows;
}

size_t BucketOf(size_t points, absl::Span<const size_t> bounds) {
  const auto found = std::lower_bound(bounds.begin(), bounds.end(), points);
  return std::min(static_cast<size_t>(found - bounds.begin()), bounds.size() - 1);
}

}  // namespace doodle
