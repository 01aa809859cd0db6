// Small text on a picture, for labels of drawings.
#ifndef DOODLE_COMMON_RENDER_TEXT_LINE_H_
#define DOODLE_COMMON_RENDER_TEXT_LINE_H_

#include "absl/strings/string_view.h"
#include "common/render/gray_image.h"

namespace doodle {

inline constexpr int kTextHeight = 11;  // Pixels a line takes, its gap included.
inline constexpr int kTextAdvance = 6;  // Pixels from letter to letter.

// Black letters, centered in `width` pixels from `left`; what does not fit is cut. Letters, digits, blank and -.%_:=
// are known, any other byte is drawn as a box. The line must lie inside the picture.
void DrawText(absl::string_view text, int left, int top, int width, GrayImage& image);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_TEXT_LINE_H_
