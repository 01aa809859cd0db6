// A drawing as text, for terminals.
#ifndef DOODLE_COMMON_RENDER_TERMINAL_PICTURE_H_
#define DOODLE_COMMON_RENDER_TERMINAL_PICTURE_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Lines of `columns` Unicode braille characters (UTF-8), each line with its end; every character is 2 by 4 pixels, so
// the square has about columns / 2 lines. INVALID_ARGUMENT for columns outside 4 to 256.
absl::StatusOr<std::string> TerminalPicture(const Drawing& drawing, int columns);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_TERMINAL_PICTURE_H_
