#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/drawing/raw_points.h"
#include "common/io/bytes.h"
#include "common/shard/block_codec.h"
#include "common/shard/column_codec.h"
#include "common/shard/float_column.h"
#include "common/shard/key_order.h"
#include "common/shard/shard_footer.h"
#include "common/status/status.h"

namespace doodle {
namespace {

enum Column {
  kCounts,
  kLengths,
  kFirstX,
  kFirstY,
  kDx,
  kDy,
  kCountryList,
  kCountryIndices,
  kTimes,
  kPointTimes,
  kRawX,
  kRawY,
  kColumns
};

// In file order, by version. DO NOT CHANGE.
constexpr Column kVersion2[] = {kCounts, kLengths,     kFirstX,         kFirstY, kDx,
                                kDy,     kCountryList, kCountryIndices, kTimes,  kPointTimes};
constexpr Column kVersion3[] = {kCounts, kLengths, kRawX, kRawY, kCountryList, kCountryIndices, kTimes, kPointTimes};

absl::Span<const Column> ColumnsOf(uint32_t version) {
  if (version == 3) return kVersion3;
  absl::Span<const Column> columns = kVersion2;
  if (version == 1) columns.remove_suffix(1);  // No times of points.
  return columns;
}

using Columns = std::array<std::string, kColumns>;

// No column is larger than the largest legal block: one varint of up to 5 bytes a point.
constexpr uint64_t kColumnLimit = uint64_t{5} * kBlockDrawings * kMaxDrawingPoints;

absl::StatusOr<Columns> TakeColumns(absl::string_view bytes, uint32_t version, absl::Span<const ShardRow> rows) {
  ByteReader in(bytes);
  const uint64_t first_hash = in.Fixed<uint64_t>();
  const uint64_t drawings = in.Varint();
  if (!in.ok() || rows.empty() || first_hash != rows.front().key_hash || drawings != rows.size()) {
    return absl::DataLossError("block does not belong to its place");
  }
  Columns columns;
  for (const Column column : ColumnsOf(version)) {
    DOODLE_ASSIGN_OR_RETURN(columns[column], TakeColumn(in, kColumnLimit));
  }
  if (!in.AtEnd()) return absl::DataLossError("bytes after the last column");
  return columns;
}

// Rebuilds the strokes of one drawing after another, from the columns of either kind of points.
class StrokeDecoder {
 public:
  StrokeDecoder(const Columns& columns, PointsKind points)
      : points_(points),
        counts_(columns[kCounts]),
        lengths_(columns[kLengths]),
        first_x_(columns[kFirstX]),
        first_y_(columns[kFirstY]),
        dx_(columns[kDx]),
        dy_(columns[kDy]),
        raw_x_(columns[kRawX]),
        raw_y_(columns[kRawY]) {}

  bool Next(Drawing& drawing) {
    const uint64_t strokes = counts_.Varint();
    if (strokes == 0 || strokes > kMaxDrawingPoints) return false;
    uint64_t points = 0;
    drawing.stroke_lengths.reserve(strokes);
    for (uint64_t stroke = 0; stroke < strokes; ++stroke) {
      const uint64_t length = lengths_.Varint();
      if (length == 0 || length > kMaxDrawingPoints || (points += length) > kMaxDrawingPoints) return false;
      drawing.stroke_lengths.push_back(static_cast<uint32_t>(length));
    }
    return points_ == PointsKind::kRaw ? TakeRaw(points, drawing) : TakeSimplified(drawing);
  }

  bool AtEnd() const {
    return counts_.AtEnd() && lengths_.AtEnd() && first_x_.AtEnd() && first_y_.AtEnd() && dx_.AtEnd() && dy_.AtEnd() &&
           raw_x_.AtEnd() && raw_y_.AtEnd();
  }

 private:
  bool TakeSimplified(Drawing& drawing) {
    uint8_t x = 0;
    uint8_t y = 0;
    for (const uint32_t length : drawing.stroke_lengths) {
      AddPoints(first_x_.Bytes(1), dx_.Bytes(length - 1), x, drawing.x);
      AddPoints(first_y_.Bytes(1), dy_.Bytes(length - 1), y, drawing.y);
    }
    return drawing.x.size() == drawing.y.size() && first_x_.ok() && first_y_.ok() && dx_.ok() && dy_.ok();
  }

  bool TakeRaw(uint64_t points, Drawing& drawing) {
    if (!raw_x_.Take(points, drawing.raw_x) || !raw_y_.Take(points, drawing.raw_y)) return false;
    FitToGrid(drawing);
    return true;
  }

  static void AddPoints(absl::string_view first, absl::string_view deltas, uint8_t& last,
                        std::vector<uint8_t>& values) {
    for (const absl::string_view part : {first, deltas}) {
      for (const char delta : part) {
        last = static_cast<uint8_t>(last + static_cast<uint8_t>(delta));
        values.push_back(last);
      }
    }
  }

  const PointsKind points_;
  ByteReader counts_, lengths_, first_x_, first_y_, dx_, dy_;
  FloatColumnReader raw_x_, raw_y_;
};

bool ReadCountries(const std::string& list, const std::string& indices, std::vector<Drawing>& drawings) {
  if (indices.empty()) return list.empty();
  ByteReader in(indices);
  for (Drawing& drawing : drawings) {
    const uint64_t index = in.Varint();
    if (index > list.size() / 2) return false;
    if (index > 0) drawing.country_code = list.substr(2 * (index - 1), 2);
  }
  return in.AtEnd();
}

bool ReadTimes(const std::string& times, std::vector<Drawing>& drawings) {
  if (times.empty()) return true;
  ByteReader in(times);
  const uint64_t earliest = in.Varint();
  for (Drawing& drawing : drawings) {
    const uint64_t distance = in.Varint();
    if (distance > 0) drawing.timestamp_ms = static_cast<int64_t>(earliest + distance - 1);
  }
  return in.AtEnd();
}

// A mark a drawing, then the steps from point to point of those that have times.
bool ReadPointTimes(const std::string& column, std::vector<Drawing>& drawings) {
  if (column.empty()) return true;
  ByteReader marks(absl::string_view(column).substr(0, drawings.size()));
  ByteReader steps(absl::string_view(column).substr(std::min(column.size(), drawings.size())));
  for (Drawing& drawing : drawings) {
    const uint8_t mark = marks.Byte();
    if (mark > 1) return false;
    if (mark == 0) continue;
    uint64_t time = 0;
    drawing.times_ms.reserve(drawing.points());
    for (size_t i = 0; i < drawing.points(); ++i) {
      time += steps.Varint();
      if (time > UINT32_MAX) return false;
      drawing.times_ms.push_back(static_cast<uint32_t>(time));
    }
  }
  return marks.AtEnd() && steps.AtEnd();
}

}  // namespace

absl::StatusOr<std::vector<Drawing>> DecodeBlock(absl::string_view bytes, uint32_t version,
                                                 absl::Span<const ShardRow> rows,
                                                 const std::vector<std::string>& classes, std::vector<Drawing> used) {
  DOODLE_ASSIGN_OR_RETURN(const Columns columns, TakeColumns(bytes, version, rows));
  std::vector<Drawing> drawings = std::move(used);
  drawings.resize(rows.size());
  StrokeDecoder strokes(columns, PointsOfVersion(version));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].label >= classes.size()) {
      return absl::DataLossError(absl::StrCat("label ", rows[i].label, " of ", classes.size(), " classes"));
    }
    drawings[i].ClearStrokes();
    drawings[i].country_code.clear();
    drawings[i].timestamp_ms = 0;
    drawings[i].key_id = KeyOfHash(rows[i].key_hash);
    drawings[i].word = classes[rows[i].label];
    drawings[i].recognized = rows[i].recognized();
    if (!strokes.Next(drawings[i])) return absl::DataLossError(absl::StrCat("bad strokes in drawing ", i));
  }
  if (!strokes.AtEnd()) return absl::DataLossError("more points than drawings");
  if (!ReadCountries(columns[kCountryList], columns[kCountryIndices], drawings)) {
    return absl::DataLossError("bad country codes");
  }
  if (!ReadTimes(columns[kTimes], drawings)) return absl::DataLossError("bad times");
  if (!ReadPointTimes(columns[kPointTimes], drawings)) return absl::DataLossError("bad times of points");
  const bool timeless = std::any_of(drawings.begin(), drawings.end(),
                                    [](const Drawing& drawing) { return drawing.is_raw() && !drawing.has_times(); });
  if (timeless) return absl::DataLossError("points as drawn without times");
  return drawings;
}

}  // namespace doodle
