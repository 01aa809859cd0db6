// One drawing: strokes on a 256 by 256 grid, with its label and key.
#ifndef DOODLE_COMMON_DRAWING_DRAWING_H_
#define DOODLE_COMMON_DRAWING_DRAWING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace doodle {

// Points of all strokes one after another; stroke s has stroke_lengths[s] points. Simplified drawings: x and y are
// whole numbers 0..255, the origin at the top left.
struct Drawing {
  uint64_t key_id = 0;
  std::string word;          // The label as the dataset writes it, with blanks; empty when unlabeled.
  std::string country_code;  // Two letters or empty.
  int64_t timestamp_ms = 0;  // Unix time; 0: not known.
  enum class Recognized : uint8_t { kUnknown = 0, kFalse = 1, kTrue = 2 } recognized = Recognized::kUnknown;
  std::vector<uint32_t> stroke_lengths;
  std::vector<uint8_t> x;
  std::vector<uint8_t> y;
  std::vector<uint32_t> times_ms;  // Of each point, since the drawing began, never falling; empty when not known.

  size_t points() const { return x.size(); }
  bool has_times() const { return !times_ms.empty(); }
  bool operator==(const Drawing&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_DRAWING_DRAWING_H_
