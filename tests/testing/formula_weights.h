// Weights and images from integer formulas, the same as tests/conformance/fixture.py: what a Python peer computed with
// them was recorded in tests/data.
#ifndef DOODLE_TESTS_TESTING_FORMULA_WEIGHTS_H_
#define DOODLE_TESTS_TESTING_FORMULA_WEIGHTS_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "common/ids/hash64.h"

namespace doodle {

// FNV-1a, 64 bits.
inline uint64_t FormulaSeed(const std::string& name) {
  uint64_t seed = 0xcbf29ce484222325ULL;
  for (unsigned char byte : name) seed = (seed ^ byte) * 0x100000001b3ULL;
  return seed;
}

// `count` values of the tensor `name`, in [-1, 1) with 24 bits each, scaled by what the name says it is.
inline std::vector<float> FormulaValues(const std::string& name, const std::vector<int64_t>& shape) {
  auto ends_with = [&](const std::string& end) { return name.size() >= end.size() && name.ends_with(end); };
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  const double fan_in = shape.empty() ? 1 : static_cast<double>(count / shape[0]);
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    // Mix64 adds the counter's step once more than the Python formula does.
    uint64_t x = Mix64(FormulaSeed(name) + (static_cast<uint64_t>(i) - 1) * 0x9e3779b97f4a7c15ULL);
    double value = static_cast<double>(x >> 40) / 8388608.0 - 1.0;
    if (ends_with("running_var")) {
      value = 1.0 + 0.5 * value;
    } else if (shape.size() > 1) {
      value *= std::sqrt(6.0 / fan_in);
    } else if (ends_with(".weight")) {
      value = 0.75 + 0.25 * value;
    } else {
      value *= 0.125;
    }
    values.push_back(static_cast<float>(value));
  }
  return values;
}

// uint8 [size, size], row by row: diagonal strokes whose slope, spacing and width depend on the index.
inline std::vector<uint8_t> FormulaImage(int index, int size) {
  std::vector<uint8_t> pixels;
  const int period = 7 + index % 13;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      int phase = (x * (1 + index % 5) + y * (1 + (index / 5) % 7) + 3 * index) % period;
      pixels.push_back(phase < 2 + index % 3 ? 255 : 0);
    }
  }
  return pixels;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_TESTING_FORMULA_WEIGHTS_H_
