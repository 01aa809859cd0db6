// One line of ndjson, simplified or raw, to a drawing. The one door to simdjson.
#ifndef DOODLE_COMMON_INGEST_NDJSON_PARSER_H_
#define DOODLE_COMMON_INGEST_NDJSON_PARSER_H_

#include <cstdint>
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
  // kRaw: a raw line's points stay as drawn (KeepRaw), and a simplified one is refused.
  explicit NdjsonParser(PointsKind points = PointsKind::kSimplified);
  ~NdjsonParser();

  // Replaces `drawing`. A raw line, whose strokes are x, y and times in milliseconds, is simplified (Simplifier), the
  // times of the points kept. kLinePadding bytes after `line` must be readable. INVALID_ARGUMENT says what is wrong:
  // not JSON, no key, a key that is not a number below 2^64, a coordinate that is not a whole number 0..255 (raw: more
  // than a million, either way), lists of different lengths, too many points, no strokes, an empty stroke, a bad time,
  // word or country. A stroke of one point is legal. FAILED_PRECONDITION for a sound simplified line where points as
  // drawn are wanted: its file is of the wrong kind.
  absl::Status Parse(absl::string_view line, Drawing& drawing);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_NDJSON_PARSER_H_
