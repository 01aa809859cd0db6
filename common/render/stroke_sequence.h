// Drawings as sequences of pen movements, for recurrent models. There are none in the zoo yet: only tests use this.
#ifndef DOODLE_COMMON_RENDER_STROKE_SEQUENCE_H_
#define DOODLE_COMMON_RENDER_STROKE_SEQUENCE_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "common/drawing/drawing.h"

namespace doodle {

inline constexpr size_t kSequenceFeatures = 4;  // dx, dy, pen, dt.

// Writes [length, kSequenceFeatures] floats at `out`, one row for each point of the drawing in order: dx and dy since
// the point before in shares of the 256-unit frame (the first row: 0, 0), pen 1 where the stroke ends and else 0, dt in
// seconds since the point before (0 without times). A longer drawing is cut at `length` points, a shorter one is padded
// with rows of zeros. Returns the rows that stand for points, at most `length`. Allocates nothing; thread-safe.
size_t WriteSequence(const Drawing& drawing, size_t length, float* out);

// Index of the first of the rising `bounds` that is at least `points`: drawings of one bucket are padded to its bound.
// Drawings above the last bound belong to the last bucket and are cut. `bounds` is not empty.
size_t BucketOf(size_t points, absl::Span<const size_t> bounds);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_STROKE_SEQUENCE_H_
