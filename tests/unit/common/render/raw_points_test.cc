// Drawings whose points are as drawn, fitted to the frame.
#include <algorithm>
#include <vector>

#include "common/drawing/raw_points.h"
#include "common/render/augmenter.h"
#include "common/render/contact_sheet.h"
#include "common/render/rasterizer.h"
#include "common/render/stroke_sequence.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

// Two strokes whose frame is exactly `scale` times the screen's, moved by `move`.
Drawing Raw(double scale = 1, double move = 0) {
  RawStrokes raw{{3, 2}, {0, 40, 255, 10, 90}, {0, 80, 120, 30, 3}, {0, 100, 150, 900, 1000}};
  for (double& x : raw.x) x = x / scale + move;
  for (double& y : raw.y) y = y / scale + move;
  Drawing drawing;
  KeepRaw(raw, drawing);
  return drawing;
}

Drawing OnTheGrid(const Drawing& raw) {
  Drawing drawing = raw;
  drawing.raw_x.clear();
  drawing.raw_y.clear();
  drawing.fit = {};
  return drawing;
}

std::vector<uint8_t> Pixels(const Drawing& drawing, const RasterSpec& spec, const AffineMap& map = {}) {
  const auto rasterizer = Rasterizer::Create(spec);
  std::vector<uint8_t> pixels(rasterizer->bytes());
  rasterizer->Render(drawing, map, pixels.data());
  return pixels;
}

// A power of two, so that nothing is rounded on the way.
TEST(RawPoints, AreFittedToTheFrameWhateverTheScreen) {
  for (const RasterFit fit : {RasterFit::kTopLeft, RasterFit::kCenter, RasterFit::kStretch}) {
    RasterSpec spec{.size = 64};
    spec.fit = fit;
    spec.channels = RasterChannels::kList;
    spec.list = {RasterChannel::kOrder, RasterChannel::kSpeed, RasterChannel::kDelay};
    const std::vector<uint8_t> expected = Pixels(OnTheGrid(Raw()), spec);
    EXPECT_GT(*std::max_element(expected.begin(), expected.end()), 0);
    EXPECT_EQ(Pixels(Raw(), spec), expected);
    EXPECT_EQ(Pixels(Raw(0.5, -512), spec), expected);
    EXPECT_EQ(Pixels(Raw(4, 64), spec, {.move_x = 0.125F}), Pixels(OnTheGrid(Raw()), spec, {.move_x = 0.125F}));
  }
}

// What lies between two places of the grid is drawn there.
TEST(RawPoints, AreNotRoundedToTheGrid) {
  RawStrokes raw{{3}, {0, 1275, 633}, {0, 0, 402}, {0, 10, 20}};
  Drawing drawing;
  KeepRaw(raw, drawing);
  EXPECT_NE(Pixels(drawing, {.size = 256}), Pixels(OnTheGrid(drawing), {.size = 256}));
}

TEST(RawPoints, MakeSequencesInSharesOfTheFrame) {
  float rows[5 * kSequenceFeatures];
  float expected[5 * kSequenceFeatures];
  ASSERT_EQ(WriteSequence(OnTheGrid(Raw()), 5, expected), 5U);
  ASSERT_EQ(WriteSequence(Raw(0.5, 100), 5, rows), 5U);
  EXPECT_THAT(rows, ::testing::ElementsAreArray(expected));
}

// The frame is that of the whole drawing: what is left does not grow to fill it.
TEST(RawPoints, StayInPlaceWhereAugmentationDropsOthers) {
  const Drawing drawing = Raw(0.5, 100);
  const Augmenter augmenter({.stroke_drop = 0.9}, 1);
  AugmentedDrawing result;
  size_t thinned = 0;
  for (uint64_t epoch = 0; epoch < 20; ++epoch) {
    augmenter.Apply(drawing, epoch, result);
    ASSERT_TRUE(result.drawing->is_raw());
    ASSERT_EQ(result.drawing->raw_x.size(), result.drawing->points());
    thinned += static_cast<size_t>(result.drawing->points() < drawing.points());
    EXPECT_EQ(Pixels(*result.drawing, {.size = 64}), Pixels(OnTheGrid(*result.drawing), {.size = 64}));
  }
  EXPECT_GT(thinned, 5U);
}

TEST(RawPoints, AreShownOnAContactSheet) {
  const std::vector<Drawing> raw = {Raw(0.5, 7)};
  const std::vector<Drawing> grid = {OnTheGrid(raw[0])};
  ASSERT_OK_AND_ASSIGN(const GrayImage sheet, RenderContactSheet(raw, 1, 64));
  ASSERT_OK_AND_ASSIGN(const GrayImage expected, RenderContactSheet(grid, 1, 64));
  EXPECT_EQ(sheet.pixels, expected.pixels);
}

}  // namespace
}  // namespace doodle
