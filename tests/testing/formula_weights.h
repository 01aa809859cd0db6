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

// What becomes of a number in [-1, 1): scale * number + offset.
struct FormulaRange {
  double offset = 0;
  double scale = 1;
};

// Of the tensor `name`, so that activations neither die nor explode.
inline FormulaRange RangeOf(const std::string& name, const std::vector<int64_t>& shape, int64_t count) {
  if (name.ends_with("running_var")) return {1.0, 0.5};
  if (shape.size() > 1) return {0.0, std::sqrt(6.0 / static_cast<double>(count / shape[0]))};
  if (name.ends_with(".weight")) return {0.75, 0.25};
  return {0.0, 0.125};
}

// The values of the tensor `name`, each from 24 bits.
inline std::vector<float> FormulaValues(const std::string& name, const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  const FormulaRange range = RangeOf(name, shape, count);
  const uint64_t seed = FormulaSeed(name);
  std::vector<float> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) {
    // Mix64 adds the counter's step once more than the Python formula does.
    const uint64_t x = Mix64(seed + (i - 1) * 0x9e3779b97f4a7c15ULL);
    values[i] = static_cast<float>(range.offset + range.scale * (static_cast<double>(x >> 40) / 8388608.0 - 1.0));
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
