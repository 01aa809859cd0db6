#include <algorithm>
#include <set>

#include "common/shard/block_codec.h"
#include "common/shard/bytes.h"
#include "common/shard/column_codec.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {
namespace {

struct StrokeColumns {
  std::string counts, lengths, first_x, first_y, dx, dy;
};

// A stroke's first point is relative to the last point of the stroke before it, all differences modulo 256.
void AppendDrawing(const Drawing& drawing, StrokeColumns& columns) {
  PutVarint(columns.counts, drawing.stroke_lengths.size());
  uint8_t last_x = 0;
  uint8_t last_y = 0;
  size_t point = 0;
  for (const uint32_t length : drawing.stroke_lengths) {
    PutVarint(columns.lengths, length);
    for (uint32_t i = 0; i < length; ++i, ++point) {
      (i == 0 ? columns.first_x : columns.dx).push_back(static_cast<char>(drawing.x[point] - last_x));
      (i == 0 ? columns.first_y : columns.dy).push_back(static_cast<char>(drawing.y[point] - last_y));
      last_x = drawing.x[point];
      last_y = drawing.y[point];
    }
  }
}

// Country codes as a sorted list of those that occur and an index per drawing; both empty when none is known.
void AppendCountries(absl::Span<const Drawing> drawings, std::string& list, std::string& indices) {
  std::set<std::string> codes;
  for (const Drawing& drawing : drawings) codes.insert(drawing.country_code);
  codes.erase("");
  if (codes.empty()) return;
  for (const std::string& code : codes) list += code;
  for (const Drawing& drawing : drawings) {
    const auto found = codes.find(drawing.country_code);  // Index 0: not known.
    PutVarint(indices, found == codes.end() ? 0 : std::distance(codes.begin(), found) + 1);
  }
}

// Times as the distance to the earliest one plus 1, and 0 for not known; empty when none is known.
void AppendTimes(absl::Span<const Drawing> drawings, std::string& times) {
  int64_t earliest = 0;
  for (const Drawing& drawing : drawings) {
    if (drawing.timestamp_ms == 0) continue;
    earliest = earliest == 0 ? drawing.timestamp_ms : std::min(earliest, drawing.timestamp_ms);
  }
  if (earliest == 0) return;
  PutVarint(times, static_cast<uint64_t>(earliest));
  for (const Drawing& drawing : drawings) {
    PutVarint(times, drawing.timestamp_ms == 0 ? 0 : static_cast<uint64_t>(drawing.timestamp_ms - earliest) + 1);
  }
}

// A byte a drawing: 1 where the times of its points are known; then, for those, the steps from point to point, the
// first one from the drawing's start. Empty when none is known.
void AppendPointTimes(absl::Span<const Drawing> drawings, std::string& column) {
  if (std::none_of(drawings.begin(), drawings.end(), [](const Drawing& d) { return d.has_times(); })) return;
  for (const Drawing& drawing : drawings) column.push_back(static_cast<char>(drawing.has_times()));
  for (const Drawing& drawing : drawings) {
    uint32_t last = 0;
    for (const uint32_t time : drawing.times_ms) {
      PutVarint(column, time - last);
      last = time;
    }
  }
}

}  // namespace

absl::StatusOr<std::string> EncodeBlock(absl::Span<const Drawing> drawings) {
  StrokeColumns strokes;
  for (const Drawing& drawing : drawings) AppendDrawing(drawing, strokes);
  std::string country_list, country_indices, times, point_times;
  AppendCountries(drawings, country_list, country_indices);
  AppendTimes(drawings, times);
  AppendPointTimes(drawings, point_times);

  std::string out;
  PutFixed<uint64_t>(out, KeyHash(drawings.front().key_id));
  PutVarint(out, drawings.size());
  for (const std::string* column : {&strokes.counts, &strokes.lengths, &strokes.first_x, &strokes.first_y, &strokes.dx,
                                    &strokes.dy, &country_list, &country_indices, &times, &point_times}) {
    DOODLE_RETURN_IF_ERROR(AppendColumn(*column, out));
  }
  return out;
}

}  // namespace doodle
