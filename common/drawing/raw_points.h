// Points kept as drawn: from what a file holds to a raw drawing.
#ifndef DOODLE_COMMON_DRAWING_RAW_POINTS_H_
#define DOODLE_COMMON_DRAWING_RAW_POINTS_H_

#include "common/drawing/drawing.h"
#include "common/drawing/simplifier.h"

namespace doodle {

// Sets `fit`, x and y from raw_x and raw_y: moved to (0, 0) and scaled evenly, so that the largest value is 255, then
// rounded half up; step 1 of the Simplifier. A drawing of one place is at (0, 0). Points must be finite.
void FitToGrid(Drawing& drawing);

// Replaces strokes, points and times of `drawing` by those of `raw`, every point kept, coordinates as float32.
void KeepRaw(const RawStrokes& raw, Drawing& drawing);

}  // namespace doodle

#endif  // DOODLE_COMMON_DRAWING_RAW_POINTS_H_
