// The peer: a simplified line through simdjson's DOM parser into a Drawing, as its users write it.
#ifndef DOODLE_BENCH_PARSE_DOM_PARSER_H_
#define DOODLE_BENCH_PARSE_DOM_PARSER_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Fills key, word and strokes, and checks no more than that they have the right types. Thread-compatible.
class DomParser {
 public:
  DomParser();
  ~DomParser();

  // False for anything but such a line. kLinePadding bytes after it must be readable, so that nothing is copied.
  bool Parse(absl::string_view line, Drawing& drawing);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace doodle

#endif  // DOODLE_BENCH_PARSE_DOM_PARSER_H_
