// A line of simplified ndjson as Google writes it, read without a JSON parser: nearly all of what an ingest reads.
#ifndef DOODLE_COMMON_INGEST_PLAIN_LINE_READER_H_
#define DOODLE_COMMON_INGEST_PLAIN_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Knows only what such lines have: the six keys, each once and in any order, `key_id` as text; text of printable ASCII
// without escapes; whole numbers 0..255 in pairs of lists; no blanks but one after a comma or a colon. Where a line has
// anything else, sound or not, it is NdjsonParser's, which says what is wrong. Memory: 128 KiB. Thread-compatible.
class PlainLineReader {
 public:
  PlainLineReader();

  // True: `drawing`, which was empty before, is what NdjsonParser makes of the line; its strokes pass CheckDrawing, its
  // country may not. False: the line is not a plain one, and `drawing` holds parts of it. kLinePadding bytes after
  // `line` must be readable.
  bool Read(absl::string_view line, Drawing& drawing);

 private:
  struct Cursor;
  bool ReadValue(absl::string_view name, Cursor& at, Drawing& drawing);
  bool ReadStrokes(Cursor& at, Drawing& drawing);

  // The points of a drawing, up to kMaxDrawingPoints.
  std::vector<uint8_t> x_;
  std::vector<uint8_t> y_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_PLAIN_LINE_READER_H_
