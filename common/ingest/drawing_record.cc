#include "common/ingest/drawing_record.h"

#include <utility>

#include "common/shard/bytes.h"

namespace doodle {

// record := known:u8 recognized:u8 country:2 bytes time:varint strokes:varint length:varint* has_times:u8
//           step:varint* x:byte* y:byte*          steps of the points' times, where they are known
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
  out.push_back(static_cast<char>(drawing.has_times()));
  uint32_t last = 0;
  for (const uint32_t time : drawing.times_ms) PutVarint(out, time - std::exchange(last, time));
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
  drawing.times_ms.resize(in.Byte() == 0 ? 0 : points);
  uint32_t last = 0;
  for (uint32_t& time : drawing.times_ms) time = last += static_cast<uint32_t>(in.Varint());
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
