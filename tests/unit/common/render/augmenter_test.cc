#include "common/render/augmenter.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "gtest/gtest.h"

namespace doodle {
namespace {

Drawing Sample(uint64_t key) {
  Drawing drawing;
  drawing.key_id = key;
  drawing.word = "cat";
  for (int stroke = 0; stroke < 4; ++stroke) {
    drawing.stroke_lengths.push_back(10);
    for (int i = 0; i < 10; ++i) {
      drawing.x.push_back(static_cast<uint8_t>(20 * i + stroke));
      drawing.y.push_back(static_cast<uint8_t>(60 * stroke + i));
      drawing.times_ms.push_back(static_cast<uint32_t>(1000 * stroke + 10 * i));
    }
  }
  return drawing;
}

TEST(Augmenter, NothingAskedForChangesNothing) {
  const Drawing drawing = Sample(1);
  AugmentedDrawing result;
  Augmenter({}, 1).Apply(drawing, 0, result);
  EXPECT_EQ(result.drawing, &drawing);
  EXPECT_EQ(result.map, AffineMap());
}

// What a resumed job or another rank draws.
TEST(Augmenter, TheSameSampleOfTheSameEpochComesOutTheSame) {
  const AugmentSpec spec{.hflip = 0.5,
                         .rotate = 10,
                         .scale = 0.1,
                         .shift = 0.1,
                         .point_drop = 0.2,
                         .stroke_drop = 0.2,
                         .time_jitter = 0.3};
  const Drawing drawing = Sample(7);
  AugmentedDrawing a, b, other_epoch, other_seed;
  Augmenter(spec, 5).Apply(Sample(3), 1, b);  // The scratch has held another drawing.
  Augmenter(spec, 5).Apply(drawing, 2, a);
  Augmenter(spec, 5).Apply(drawing, 2, b);
  EXPECT_EQ(a.map, b.map);
  EXPECT_EQ(a.changed, b.changed);
  Augmenter(spec, 5).Apply(drawing, 3, other_epoch);
  Augmenter(spec, 6).Apply(drawing, 2, other_seed);
  EXPECT_FALSE(a.map == other_epoch.map);
  EXPECT_FALSE(a.map == other_seed.map);
}

TEST(Augmenter, HalfOfTheDrawingsAreMirroredAtOneHalf) {
  int mirrored = 0;
  AugmentedDrawing result;
  const Augmenter augmenter({.hflip = 0.5}, 1);
  for (uint64_t key = 0; key < 4000; ++key) {
    augmenter.Apply(Sample(key), 0, result);
    EXPECT_EQ(std::abs(result.map.xx), 1);
    EXPECT_EQ(result.map.yy, 1);
    mirrored += result.map.xx < 0;
  }
  EXPECT_NEAR(mirrored, 2000, 130);  // Four standard deviations.
}

TEST(Augmenter, AnglesSizesAndMovesStayWithinTheirBounds) {
  float largest_angle = 0, largest_size = 0, largest_move = 0;
  AugmentedDrawing result;
  const Augmenter augmenter({.rotate = 15, .scale = 0.2, .shift = 0.1}, 1);
  for (uint64_t key = 0; key < 2000; ++key) {
    augmenter.Apply(Sample(key), 0, result);
    const AffineMap& map = result.map;
    largest_angle = std::max(largest_angle, std::abs(std::atan2(map.yx, map.xx)) * 180 / std::acos(-1.0F));
    largest_size = std::max(largest_size, std::abs(std::hypot(map.xx, map.yx) - 1));
    largest_move = std::max({largest_move, std::abs(map.move_x), std::abs(map.move_y)});
    EXPECT_FLOAT_EQ(map.xx, map.yy);
    EXPECT_FLOAT_EQ(map.xy, -map.yx);
  }
  EXPECT_TRUE(largest_angle > 14.5 && largest_angle < 15.001) << largest_angle;
  EXPECT_TRUE(largest_size > 0.195 && largest_size < 0.2001) << largest_size;
  EXPECT_TRUE(largest_move > 0.098 && largest_move < 0.1001) << largest_move;
}

TEST(Augmenter, DroppedStrokesLeaveAtLeastOneWhole) {
  AugmentedDrawing result;
  std::set<size_t> counts;
  const Augmenter augmenter({.stroke_drop = 0.5}, 1);
  size_t strokes = 0;
  for (uint64_t key = 0; key < 2000; ++key) {
    augmenter.Apply(Sample(key), 0, result);
    const Drawing& drawing = *result.drawing;
    counts.insert(drawing.stroke_lengths.size());
    strokes += drawing.stroke_lengths.size();
    ASSERT_EQ(drawing.points(), 10 * drawing.stroke_lengths.size());
    ASSERT_EQ(drawing.times_ms.size(), drawing.points());
    for (size_t first = 0; first < drawing.points(); first += 10)
      EXPECT_EQ(drawing.x[first + 9] - drawing.x[first], 180);
  }
  EXPECT_EQ(counts, (std::set<size_t>{1, 2, 3, 4}));
  EXPECT_NEAR(static_cast<double>(strokes) / 2000, 2 + 1.0 / 16, 0.1);  // 4 halves, and the one that is kept.
  Augmenter({.stroke_drop = 1}, 1).Apply(Sample(1), 0, result);
  EXPECT_EQ(result.drawing->stroke_lengths.size(), 1U);
}

TEST(Augmenter, DroppedPointsLeaveTheEndsOfEachStroke) {
  AugmentedDrawing result;
  Augmenter({.point_drop = 1}, 1).Apply(Sample(1), 0, result);
  EXPECT_EQ(result.drawing->stroke_lengths, (std::vector<uint32_t>{2, 2, 2, 2}));
  EXPECT_EQ(result.drawing->x, (std::vector<uint8_t>{0, 180, 1, 181, 2, 182, 3, 183}));
  size_t points = 0;
  const Augmenter augmenter({.point_drop = 0.25}, 1);
  for (uint64_t key = 0; key < 500; ++key) {
    augmenter.Apply(Sample(key), 0, result);
    points += result.drawing->points();
  }
  EXPECT_NEAR(static_cast<double>(points) / 500, 8 + 32 * 0.75, 0.5);
}

TEST(Augmenter, JitteredTimesDoNotRunBack) {
  AugmentedDrawing result;
  const Augmenter augmenter({.time_jitter = 1}, 1);
  for (uint64_t key = 0; key < 200; ++key) {
    augmenter.Apply(Sample(key), 0, result);
    EXPECT_TRUE(std::is_sorted(result.drawing->times_ms.begin(), result.drawing->times_ms.end()));
    EXPECT_EQ(result.drawing->times_ms.front(), 0U);
  }
  EXPECT_NE(result.drawing->times_ms, Sample(199).times_ms);
  EXPECT_EQ(result.drawing->x, Sample(199).x);
}

TEST(Augmenter, ADrawingWithoutTimesStaysWithout) {
  Drawing drawing = Sample(1);
  drawing.times_ms.clear();
  AugmentedDrawing result;
  Augmenter({.time_jitter = 0.5}, 1).Apply(drawing, 0, result);
  EXPECT_TRUE(result.drawing->times_ms.empty());
}

}  // namespace
}  // namespace doodle
