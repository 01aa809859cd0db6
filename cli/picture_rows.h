// Pictures made of text, side by side.
#ifndef DOODLE_CLI_PICTURE_ROWS_H_
#define DOODLE_CLI_PICTURE_ROWS_H_

#include <string>

#include "absl/types/span.h"
#include "cli/console.h"

namespace doodle {

struct TextPicture {
  std::string lines;    // Each `columns` characters wide and ended.
  std::string caption;  // ASCII; what is longer than the picture is cut.
};

// Prints as many in a row as the console is wide, at least one, each with its caption below.
void PrintPictures(Console& console, absl::Span<const TextPicture> pictures, int columns);

}  // namespace doodle

#endif  // DOODLE_CLI_PICTURE_ROWS_H_
