#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "common/io/bytes.h"
#include "common/shard/block_codec.h"
#include "common/shard/column_codec.h"
#include "common/shard/float_column.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {
namespace {

struct StrokeColumns {
  std::string counts, lengths;
  std::vector<std::string> points;  // In file order.
};

void AppendLengths(const Drawing& drawing, StrokeColumns& columns) {
  PutVarint(columns.counts, drawing.stroke_lengths.size());
  for (const uint32_t length : drawing.stroke_lengths) PutVarint(columns.lengths, length);
}

// A stroke's first point is relative to the last point of the stroke before it, all differences modulo 256.
void AppendAxis(const std::vector<uint8_t>& values, const std::vector<uint32_t>& lengths, std::string& first,
                std::string& steps) {
  uint8_t last = 0;
  size_t point = 0;
  for (const uint32_t length : lengths) {
    for (uint32_t i = 0; i < length; ++i, ++point) {
      (i == 0 ? first : steps).push_back(static_cast<char>(values[point] - last));
      last = values[point];
    }
  }
}

StrokeColumns SimplifiedStrokes(absl::Span<const Drawing> drawings) {
  StrokeColumns columns;
  std::string first_x, first_y, dx, dy;
  for (const Drawing& drawing : drawings) {
    AppendLengths(drawing, columns);
    AppendAxis(drawing.x, drawing.stroke_lengths, first_x, dx);
    AppendAxis(drawing.y, drawing.stroke_lengths, first_y, dy);
  }
  columns.points = {std::move(first_x), std::move(first_y), std::move(dx), std::move(dy)};
  return columns;
}

StrokeColumns StrokesAsDrawn(absl::Span<const Drawing> drawings) {
  StrokeColumns columns;
  FloatColumnWriter raw_x, raw_y;
  for (const Drawing& drawing : drawings) {
    AppendLengths(drawing, columns);
    raw_x.Append(drawing.raw_x);
    raw_y.Append(drawing.raw_y);
  }
  columns.points = {raw_x.Bytes(), raw_y.Bytes()};
  return columns;
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
  const StrokeColumns strokes = drawings.front().is_raw() ? StrokesAsDrawn(drawings) : SimplifiedStrokes(drawings);
  std::string country_list, country_indices, times, point_times;
  AppendCountries(drawings, country_list, country_indices);
  AppendTimes(drawings, times);
  AppendPointTimes(drawings, point_times);

  std::string out;
  PutFixed<uint64_t>(out, KeyHash(drawings.front().key_id));
  PutVarint(out, drawings.size());
  for (const std::string* column : {&strokes.counts, &strokes.lengths})
    DOODLE_RETURN_IF_ERROR(AppendColumn(*column, out));
  for (const std::string& column : strokes.points) DOODLE_RETURN_IF_ERROR(AppendColumn(column, out));
  for (const std::string* column : {&country_list, &country_indices, &times, &point_times}) {
    DOODLE_RETURN_IF_ERROR(AppendColumn(*column, out));
  }
  return out;
}

}  // namespace doodle
