#include "common/shard/sample_digest.h"

#include <bit>
#include <cstdint>

#include "common/io/bytes.h"

namespace doodle {
namespace {

constexpr int64_t kMillisecondsPerSecond = 1000;

}  // namespace

void SampleDigest::Add(const Drawing& drawing) {
  bytes_.clear();
  PutFixed<uint64_t>(bytes_, drawing.key_id);
  PutVarint(bytes_, drawing.word.size());
  bytes_ += drawing.word;
  PutVarint(bytes_, drawing.country_code.size());
  bytes_ += drawing.country_code;
  bytes_.push_back(static_cast<char>(drawing.recognized));
  PutVarint(bytes_, static_cast<uint64_t>(drawing.timestamp_ms / kMillisecondsPerSecond));
  PutVarint(bytes_, drawing.stroke_lengths.size());
  for (const uint32_t length : drawing.stroke_lengths) PutVarint(bytes_, length);
  if (drawing.is_raw()) {
    for (const float x : drawing.raw_x) PutFixed<uint32_t>(bytes_, std::bit_cast<uint32_t>(x));
    for (const float y : drawing.raw_y) PutFixed<uint32_t>(bytes_, std::bit_cast<uint32_t>(y));
    for (const uint32_t time : drawing.times_ms) PutFixed<uint32_t>(bytes_, time);
  } else {
    bytes_.append(drawing.x.begin(), drawing.x.end());
    bytes_.append(drawing.y.begin(), drawing.y.end());
  }
  sha256_.Update(bytes_);
}

}  // namespace doodle
