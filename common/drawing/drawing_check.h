// What every drawing must satisfy before it is stored or drawn, whatever file it came from.
#ifndef DOODLE_COMMON_DRAWING_DRAWING_CHECK_H_
#define DOODLE_COMMON_DRAWING_DRAWING_CHECK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Far above any drawing made by hand (the largest known has 723 points after simplification); bounds memory.
inline constexpr size_t kMaxDrawingPoints = 65536;

inline constexpr size_t kMaxWordBytes = 100;

// INVALID_ARGUMENT for a label that is empty, too long, not UTF-8 or has control characters: manifests and messages
// could not hold it.
absl::Status CheckWord(absl::string_view word);

// INVALID_ARGUMENT says what is wrong: no strokes, an empty stroke, lengths that do not add up, too many points, a
// country code that is not two letters, a time before 1970, times of points that run back or are not one a point,
// points as drawn that are not one a point, not finite or without times, a word that CheckWord refuses. An empty word
// is legal: an unlabeled drawing.
absl::Status CheckDrawing(const Drawing& drawing);

}  // namespace doodle

#endif  // DOODLE_COMMON_DRAWING_DRAWING_CHECK_H_
