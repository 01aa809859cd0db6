#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/shard/block_codec.h"
#include "common/shard/bytes.h"
#include "common/shard/column_codec.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// The columns in file order.
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
  kColumns
};

// In the order of versions.
constexpr int kColumnsOfVersion1 = kPointTimes;

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
  for (int column = 0; column < (version == 1 ? kColumnsOfVersion1 : kColumns); ++column) {
    DOODLE_ASSIGN_OR_RETURN(columns[static_cast<size_t>(column)], TakeColumn(in, kColumnLimit));
  }
  if (!in.AtEnd()) return absl::DataLossError("bytes after the last column");
  return columns;
}

// Rebuilds the strokes of one drawing after another.
class StrokeDecoder {
 public:
  explicit StrokeDecoder(const Columns& columns)
      : counts_(columns[kCounts]),
        lengths_(columns[kLengths]),
        first_x_(columns[kFirstX]),
        first_y_(columns[kFirstY]),
        dx_(columns[kDx]),
        dy_(columns[kDy]) {}

  bool Next(Drawing& drawing) {
    const uint64_t strokes = counts_.Varint();
    if (strokes == 0 || strokes > kMaxDrawingPoints) return false;
    uint8_t x = 0;
    uint8_t y = 0;
    drawing.stroke_lengths.reserve(strokes);
    for (uint64_t stroke = 0; stroke < strokes; ++stroke) {
      const uint64_t length = lengths_.Varint();
      if (length == 0 || length + drawing.points() > kMaxDrawingPoints) return false;
      drawing.stroke_lengths.push_back(static_cast<uint32_t>(length));
      AddPoints(first_x_.Bytes(1), dx_.Bytes(length - 1), x, drawing.x);
      AddPoints(first_y_.Bytes(1), dy_.Bytes(length - 1), y, drawing.y);
    }
    return drawing.x.size() == drawing.y.size() && first_x_.ok() && first_y_.ok() && dx_.ok() && dy_.ok();
  }

  bool AtEnd() const {
    return counts_.AtEnd() && lengths_.AtEnd() && first_x_.AtEnd() && first_y_.AtEnd() && dx_.AtEnd() && dy_.AtEnd();
  }

 private:
  static void AddPoints(absl::string_view first, absl::string_view deltas, uint8_t& last,
                        std::vector<uint8_t>& values) {
    for (const absl::string_view part : {first, deltas}) {
      for (const char delta : part) {
        last = static_cast<uint8_t>(last + static_cast<uint8_t>(delta));
        values.push_back(last);
      }
    }
  }

  ByteReader counts_, lengths_, first_x_, first_y_, dx_, dy_;
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
                                                 const std::vector<std::string>& classes) {
  DOODLE_ASSIGN_OR_RETURN(const Columns columns, TakeColumns(bytes, version, rows));
  std::vector<Drawing> drawings(rows.size());
  StrokeDecoder strokes(columns);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].label >= classes.size()) {
      return absl::DataLossError(absl::StrCat("label ", rows[i].label, " of ", classes.size(), " classes"));
    }
    drawings[i].key_id = KeyOfHash(rows[i].key_hash);
    drawings[i].word = classes[rows[i].label];
    drawings[i].recognized = static_cast<Drawing::Recognized>(rows[i].flags & 3);
    if (!strokes.Next(drawings[i])) return absl::DataLossError(absl::StrCat("bad strokes in drawing ", i));
  }
  if (!strokes.AtEnd()) return absl::DataLossError("more points than drawings");
  if (!ReadCountries(columns[kCountryList], columns[kCountryIndices], drawings)) {
    return absl::DataLossError("bad country codes");
  }
  if (!ReadTimes(columns[kTimes], drawings)) return absl::DataLossError("bad times");
  if (!ReadPointTimes(columns[kPointTimes], drawings)) return absl::DataLossError("bad times of points");
  return drawings;
}

}  // namespace doodle
