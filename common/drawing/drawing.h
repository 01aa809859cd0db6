// One drawing: strokes on a 256 by 256 grid, simplified or as drawn, with its label and key.
#ifndef DOODLE_COMMON_DRAWING_DRAWING_H_
#define DOODLE_COMMON_DRAWING_DRAWING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace doodle {

// What the points of a dataset's drawings are: Google's simplified ones, or all of them as drawn.
enum class PointsKind : uint8_t { kSimplified, kRaw };

// Points of all strokes one after another; stroke s has stroke_lengths[s] points. x and y are whole numbers 0..255, the
// origin at the top left. A raw drawing has its points as drawn, too, and always times; x and y are then the same
// points fitted to the grid (FitToGrid in raw_points.h), so that whoever needs only them need not care.
struct Drawing {
  // Grid units of a raw point: (raw - corner) * scale. Parts of a drawing keep the whole's.
  struct Fit {
    float left = 0;
    float top = 0;
    float scale = 0;

    bool operator==(const Fit&) const = default;
  };

  uint64_t key_id = 0;
  std::string word;          // The label as the dataset writes it, with blanks; empty when unlabeled.
  std::string country_code;  // Two letters or empty.
  int64_t timestamp_ms = 0;  // Unix time; 0: not known.
  enum class Recognized : uint8_t { kUnknown = 0, kFalse = 1, kTrue = 2 } recognized = Recognized::kUnknown;
  std::vector<uint32_t> stroke_lengths;
  std::vector<uint8_t> x;
  std::vector<uint8_t> y;
  std::vector<uint32_t> times_ms;  // Of each point, since the drawing began, never falling; empty when not known.

  std::vector<float> raw_x;  // Pixels of the player's screen, finite; empty when simplified.
  std::vector<float> raw_y;
  Fit fit;                     // Of raw_x and raw_y.
  bool times_clamped = false;  // A time ran back in the file that was read, and was set to the one before it.

  size_t points() const { return x.size(); }
  bool has_times() const { return !times_ms.empty(); }
  bool is_raw() const { return !raw_x.empty(); }

  // Keeps the buffers' memory; key, label and the rest of what is known stay.
  void ClearStrokes() {
    stroke_lengths.clear();
    x.clear();
    y.clear();
    times_ms.clear();
    raw_x.clear();
    raw_y.clear();
    fit = {};
    times_clamped = false;
  }

  bool operator==(const Drawing&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_DRAWING_DRAWING_H_
