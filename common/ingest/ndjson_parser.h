// One line of simplified ndjson to a drawing. The one door to simdjson.
#ifndef DOODLE_COMMON_INGEST_NDJSON_PARSER_H_
#define DOODLE_COMMON_INGEST_NDJSON_PARSER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Reads Google's lines, {"word", "countrycode", "timestamp", "recognized", "key_id", "drawing"}, and lines with only
// some of these; `drawing` and `key_id` must be there. Other keys are ignored. Source of the format:
// https://github.com/googlecreativelab/quickdraw-dataset. Reuses its buffers; thread-compatible.
class NdjsonParser {
 public:
  NdjsonParser();
  ~NdjsonParser();

  // Replaces `drawing`. kLinePadding bytes after `line` must be readable. INVALID_ARGUMENT says what is wrong: not
  // JSON, no key, a key that is not a number below 2^64, a coordinate that is not a whole number 0..255, strokes with
  // times (a raw drawing), x and y of different lengths, no strokes, an empty stroke, a bad time, word or country.
  absl::Status Parse(absl::string_view line, Drawing& drawing);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_NDJSON_PARSER_H_
