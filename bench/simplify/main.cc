// doodle-bench-simplify --raw DIR --simplified DIR
// Reads the drawings of both folders that have the same key, the raw ones through the Simplifier, and compares them
// point by point. Prints one JSON line; distances are in units of the 256 by 256 grid.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/ingest/drawing_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr double kNear = 2;  // Units: the epsilon of the simplification.

struct Counts {
  uint64_t pairs = 0;
  uint64_t equal = 0;
  uint64_t other_strokes = 0;  // Of the unequal: another number of strokes, so that no distance is taken.
  uint64_t points = 0;         // Kept by either side of unequal pairs.
  uint64_t near_points = 0;
  double farthest = 0;
};

double DistanceToSegment(double x, double y, double ax, double ay, double bx, double by) {
  const double dx = bx - ax;
  const double dy = by - ay;
  const double squared = dx * dx + dy * dy;
  const double along = squared > 0 ? std::clamp(((x - ax) * dx + (y - ay) * dy) / squared, 0.0, 1.0) : 0;
  return std::hypot(x - ax - along * dx, y - ay - along * dy);
}

// From point `point` of `from` to the line of `to` whose points are begin..end.
double DistanceToStroke(const Drawing& from, size_t point, const Drawing& to, size_t begin, size_t end) {
  double nearest = std::numeric_limits<double>::infinity();
  for (size_t i = begin; i < end; ++i) {
    const size_t next = std::min(i + 1, end - 1);
    nearest =
        std::min(nearest, DistanceToSegment(from.x[point], from.y[point], to.x[i], to.y[i], to.x[next], to.y[next]));
  }
  return nearest;
}

// The points of `from`, each against the same stroke of `to`.
void CountDistances(const Drawing& from, const Drawing& to, Counts& counts) {
  size_t from_begin = 0;
  size_t to_begin = 0;
  for (size_t stroke = 0; stroke < from.stroke_lengths.size(); ++stroke) {
    const size_t from_end = from_begin + from.stroke_lengths[stroke];
    const size_t to_end = to_begin + to.stroke_lengths[stroke];
    for (size_t point = from_begin; point < from_end; ++point) {
      const double distance = DistanceToStroke(from, point, to, to_begin, to_end);
      ++counts.points;
      counts.near_points += static_cast<uint64_t>(distance <= kNear);
      counts.farthest = std::max(counts.farthest, distance);
    }
    from_begin = from_end;
    to_begin = to_end;
  }
}

void Compare(const Drawing& ours, const Drawing& googles, Counts& counts) {
  ++counts.pairs;
  if (ours.stroke_lengths == googles.stroke_lengths && ours.x == googles.x && ours.y == googles.y) {
    ++counts.equal;
  } else if (ours.stroke_lengths.size() != googles.stroke_lengths.size()) {
    ++counts.other_strokes;
  } else {
    CountDistances(ours, googles, counts);
    CountDistances(googles, ours, counts);
  }
}

absl::StatusOr<Counts> CompareFolders(const std::string& raw, const std::string& simplified) {
  std::unordered_map<uint64_t, Drawing> googles;
  DOODLE_ASSIGN_OR_RETURN(const auto simplified_reader, DrawingReader::Open({simplified}));
  Drawing drawing;
  while (true) {
    DOODLE_ASSIGN_OR_RETURN(const bool more, simplified_reader->Next(drawing));
    if (!more) break;
    googles[drawing.key_id] = drawing;
  }
  DOODLE_ASSIGN_OR_RETURN(const auto raw_reader, DrawingReader::Open({raw}));
  Counts counts;
  while (true) {
    DOODLE_ASSIGN_OR_RETURN(const bool more, raw_reader->Next(drawing));
    if (!more) return counts;
    const auto other = googles.find(drawing.key_id);
    if (other != googles.end()) Compare(drawing, other->second, counts);
  }
}

int Main(int argc, char** argv) {
  CLI::App app("Doodle's simplification of raw drawings beside Google's.", "doodle-bench-simplify");
  std::string raw;
  std::string simplified;
  app.add_option("--raw", raw)->required();
  app.add_option("--simplified", simplified)->required();
  CLI11_PARSE(app, argc, argv);
  const absl::StatusOr<Counts> counts = CompareFolders(raw, simplified);
  if (!counts.ok()) {
    std::cerr << "doodle-bench-simplify: " << counts.status().message() << std::endl;
    return 1;
  }
  std::cout << "{\"pairs\": " << counts->pairs << ", \"equal\": " << counts->equal
            << ", \"other_strokes\": " << counts->other_strokes << ", \"points\": " << counts->points
            << ", \"near_points\": " << counts->near_points << ", \"farthest\": " << counts->farthest << "}"
            << std::endl;
  return 0;
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) { return doodle::Main(argc, argv); }
