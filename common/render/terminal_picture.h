// A drawing as text, for terminals.
#ifndef DOODLE_COMMON_RENDER_TERMINAL_PICTURE_H_
#define DOODLE_COMMON_RENDER_TERMINAL_PICTURE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Lines of `columns` Unicode braille characters (UTF-8), each line with its end; every character is 2 by 4 pixels, so
// the square has about columns / 2 lines. INVALID_ARGUMENT for columns outside 4 to 256.
absl::StatusOr<std::string> TerminalPicture(const Drawing& drawing, int columns);

// The same of a raster of ink [size, size] on paper 0, a dot for each pixel that is inked enough: (size + 1) / 2
// characters a line.
std::string TerminalBitmap(absl::Span<const uint8_t> ink, int size);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_TERMINAL_PICTURE_H_
