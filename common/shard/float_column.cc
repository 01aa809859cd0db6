#include "common/shard/float_column.h"

#include <bit>
#include <cmath>

namespace doodle {
namespace {

constexpr uint32_t kSign = 0x80000000;

// The bits of a float as a number that rises with it: neighbors on the screen have a small difference.
uint32_t Ordered(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

float FromOrdered(uint32_t ordered) {
  return std::bit_cast<float>((ordered & kSign) != 0 ? ordered ^ kSign : ~ordered);
}

// Small differences of both signs to small numbers: 0, -1, 1, -2 to 0, 1, 2, 3.
uint32_t ZigZag(uint32_t difference) { return (difference << 1) ^ (0 - (difference >> 31)); }
uint32_t UnZigZag(uint32_t step) { return (step >> 1) ^ (0 - (step & 1)); }

}  // namespace

void FloatColumnWriter::Append(const std::vector<float>& run) {
  uint32_t last = Ordered(0);
  for (const float value : run) {
    const uint32_t ordered = Ordered(value);
    steps_.push_back(ZigZag(ordered - last));
    last = ordered;
  }
}

std::string FloatColumnWriter::Bytes() const {
  std::string out;
  out.reserve(4 * steps_.size());
  for (const int shift : {0, 8, 16, 24}) {
    for (const uint32_t step : steps_) out.push_back(static_cast<char>(step >> shift));
  }
  return out;
}

bool FloatColumnReader::Take(size_t count, std::vector<float>& run) {
  if (count > count_ - next_) return false;
  run.resize(count);
  uint32_t last = Ordered(0);
  bool finite = true;
  for (float& value : run) {
    uint32_t step = 0;
    for (size_t plane = 0; plane < 4; ++plane) {
      step |= static_cast<uint32_t>(static_cast<uint8_t>(bytes_[plane * count_ + next_])) << (8 * plane);
    }
    ++next_;
    last += UnZigZag(step);
    value = FromOrdered(last);
    finite = finite && std::isfinite(value);
  }
  return finite;
}

}  // namespace doodle
