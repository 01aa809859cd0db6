#include "common/ingest/drawing_record.h"

#include <cstring>
#include <utility>

#include "common/drawing/raw_points.h"
#include "common/io/bytes.h"

namespace doodle {
namespace {

// What a record says of its points, as bits.
constexpr uint8_t kHasTimes = 1;
constexpr uint8_t kIsRaw = 2;
constexpr uint8_t kTimesClamped = 4;

uint8_t PointBits(const Drawing& drawing) {
  return static_cast<uint8_t>((drawing.has_times() ? kHasTimes : 0) | (drawing.is_raw() ? kIsRaw : 0) |
                              (drawing.times_clamped ? kTimesClamped : 0));
}

void AppendFloats(const std::vector<float>& values, std::string& out) {
  const size_t before = out.size();
  out.resize(before + values.size() * sizeof(float));
  std::memcpy(out.data() + before, values.data(), values.size() * sizeof(float));
}

void UnpackFloats(absl::string_view bytes, std::vector<float>& values) {
  values.resize(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
}

}  // namespace

// record := known:u8 recognized:u8 country:2 bytes time:varint strokes:varint length:varint* point_bits:u8
//           step:varint* x:byte* y:byte*          steps of the points' times, where they are known
// A raw one has x:float* y:float* instead, as they lie in memory.
void AppendRecord(const Drawing& drawing, std::string& out) {
  const int known = static_cast<int>(!drawing.country_code.empty()) + static_cast<int>(drawing.timestamp_ms != 0) +
                    static_cast<int>(drawing.recognized != Drawing::Recognized::kUnknown) +
                    static_cast<int>(drawing.has_times());
  out.push_back(static_cast<char>(known));
  out.push_back(static_cast<char>(drawing.recognized));
  out.append(drawing.country_code.empty() ? std::string(2, '\0') : drawing.country_code);
  PutVarint(out, static_cast<uint64_t>(drawing.timestamp_ms));
  PutVarint(out, drawing.stroke_lengths.size());
  for (const uint32_t length : drawing.stroke_lengths) PutVarint(out, length);
  out.push_back(static_cast<char>(PointBits(drawing)));
  uint32_t last = 0;
  for (const uint32_t time : drawing.times_ms) PutVarint(out, time - std::exchange(last, time));
  if (drawing.is_raw()) {
    AppendFloats(drawing.raw_x, out);
    AppendFloats(drawing.raw_y, out);
    return;
  }
  out.append(drawing.x.begin(), drawing.x.end());
  out.append(drawing.y.begin(), drawing.y.end());
}

void UnpackRecord(absl::string_view record, Drawing& drawing) {
  ByteReader in(record.substr(1));
  drawing.recognized = static_cast<Drawing::Recognized>(in.Byte());
  const absl::string_view country = in.Bytes(2);
  drawing.country_code.clear();
  if (country[0] != '\0') drawing.country_code.assign(country.data(), country.size());
  drawing.timestamp_ms = static_cast<int64_t>(in.Varint());
  drawing.stroke_lengths.resize(in.Varint());
  size_t points = 0;
  for (uint32_t& length : drawing.stroke_lengths) points += length = static_cast<uint32_t>(in.Varint());
  const uint8_t bits = in.Byte();
  drawing.times_clamped = (bits & kTimesClamped) != 0;
  drawing.times_ms.resize((bits & kHasTimes) == 0 ? 0 : points);
  uint32_t last = 0;
  for (uint32_t& time : drawing.times_ms) time = last += static_cast<uint32_t>(in.Varint());
  if ((bits & kIsRaw) != 0) {
    UnpackFloats(in.Bytes(points * sizeof(float)), drawing.raw_x);
    UnpackFloats(in.Bytes(points * sizeof(float)), drawing.raw_y);
    FitToGrid(drawing);
    return;
  }
  drawing.raw_x.clear();
  drawing.raw_y.clear();
  drawing.fit = {};
  const absl::string_view x = in.Bytes(points);
  const absl::string_view y = in.Bytes(points);
  drawing.x.assign(x.begin(), x.end());
  drawing.y.assign(y.begin(), y.end());
}

Drawing::Recognized RecordRecognized(absl::string_view record) { return static_cast<Drawing::Recognized>(record[1]); }

bool RecordPrecedes(absl::string_view a, absl::string_view word_a, absl::string_view b, absl::string_view word_b) {
  if (a[0] != b[0]) return a[0] > b[0];
  if (word_a != word_b) return word_a < word_b;
  return a < b;
}

}  // namespace doodle
