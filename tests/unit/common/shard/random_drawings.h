// Drawings made from a seed, in order of key hash, for tests of the shard format.
#ifndef DOODLE_TESTS_UNIT_COMMON_SHARD_RANDOM_DRAWINGS_H_
#define DOODLE_TESTS_UNIT_COMMON_SHARD_RANDOM_DRAWINGS_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "common/drawing/drawing.h"
#include "common/drawing/raw_points.h"
#include "common/shard/key_order.h"

namespace doodle {

inline const std::vector<std::string>& TestClasses() {
  static const auto* const classes = new std::vector<std::string>{"The Eiffel Tower", "apple", "cat"};
  return *classes;
}

inline Drawing RandomDrawing(std::mt19937_64& random) {
  Drawing drawing;
  drawing.key_id = random();
  drawing.word = TestClasses()[random() % TestClasses().size()];
  if (random() % 2 == 0) drawing.country_code = random() % 2 == 0 ? "DE" : "US";
  if (random() % 2 == 0) drawing.timestamp_ms = static_cast<int64_t>(1'490'000'000'000 + random() % 1'000'000'000);
  drawing.recognized = static_cast<Drawing::Recognized>(random() % 3);
  for (uint64_t stroke = 0, strokes = 1 + random() % 4; stroke < strokes; ++stroke) {
    drawing.stroke_lengths.push_back(static_cast<uint32_t>(1 + random() % 9));
    for (uint32_t i = 0; i < drawing.stroke_lengths.back(); ++i) {
      drawing.x.push_back(static_cast<uint8_t>(random()));
      drawing.y.push_back(static_cast<uint8_t>(random()));
    }
  }
  if (random() % 2 == 0) {
    uint32_t time = 0;
    for (size_t i = 0; i < drawing.points(); ++i) {
      drawing.times_ms.push_back(time);
      time += static_cast<uint32_t>(random() % 2000);
    }
  }
  return drawing;
}

// Coordinates of every sort that files have: whole, with a fraction, negative, large.
inline Drawing RandomRawDrawing(std::mt19937_64& random) {
  Drawing drawing = RandomDrawing(random);
  uint32_t time = static_cast<uint32_t>(random() % 100);
  drawing.times_ms.clear();
  for (size_t i = 0; i < drawing.points(); ++i) {
    const auto whole = static_cast<float>(random() % 3000) - 500;
    drawing.raw_x.push_back(random() % 2 == 0 ? whole : whole + static_cast<float>(random() % 1000) / 997);
    drawing.raw_y.push_back(random() % 50 == 0 ? whole * 1000 : whole);
    drawing.times_ms.push_back(time += static_cast<uint32_t>(random() % 2000));
  }
  FitToGrid(drawing);
  return drawing;
}

inline std::vector<Drawing> RandomDrawings(size_t count, uint64_t seed = 1,
                                           PointsKind points = PointsKind::kSimplified) {
  std::mt19937_64 random(seed);
  std::vector<Drawing> drawings;
  for (size_t i = 0; i < count; ++i) {
    drawings.push_back(points == PointsKind::kRaw ? RandomRawDrawing(random) : RandomDrawing(random));
  }
  std::sort(drawings.begin(), drawings.end(),
            [](const Drawing& a, const Drawing& b) { return KeyHash(a.key_id) < KeyHash(b.key_id); });
  return drawings;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_SHARD_RANDOM_DRAWINGS_H_
