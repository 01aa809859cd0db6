// Which drawings of its inputs an ingest keeps: the filters of a view, applied once for all.
#ifndef DOODLE_COMMON_INGEST_DRAWING_FILTER_H_
#define DOODLE_COMMON_INGEST_DRAWING_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"

namespace doodle {

// kTrue and kFalse take what is known to be so; kAny takes unknown ones, too.
enum class RecognizedChoice { kAny, kTrue, kFalse };

struct DrawingFilter {
  std::vector<std::string> classes = {};  // Empty: all.
  RecognizedChoice recognized = RecognizedChoice::kAny;
  std::optional<uint64_t> limit_per_class = std::nullopt;  // The lowest key hashes of each class; at least 1.

  bool empty() const { return classes.empty() && recognized == RecognizedChoice::kAny && !limit_per_class; }
};

// One pass over drawings in order of key hash, each key once. Thread-compatible.
class FilterPass {
 public:
  // `words`: all that may be asked for. INVALID_ARGUMENT for a class that is not among them (with the nearest that is),
  // a class named twice, or a limit of 0.
  static absl::StatusOr<FilterPass> Create(const DrawingFilter& filter, const std::vector<std::string>& words);

  // Whether Keeps looks at its second argument: a drawing's flag may be far away in memory.
  bool needs_recognized() const { return recognized_ != RecognizedChoice::kAny; }

  // Whether the next drawing stays; `word` is an index of `words`.
  bool Keeps(uint32_t word, Drawing::Recognized recognized);

 private:
  RecognizedChoice recognized_ = RecognizedChoice::kAny;
  std::vector<uint64_t> room_;  // By word: how many more may stay.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_FILTER_H_
