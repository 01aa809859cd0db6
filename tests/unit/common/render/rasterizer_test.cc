#include "common/render/rasterizer.h"

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "common/status/status.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using Points = std::vector<std::pair<int, int>>;

Drawing DrawingOf(const std::vector<Points>& strokes) {
  Drawing drawing;
  for (const Points& stroke : strokes) {
    drawing.stroke_lengths.push_back(static_cast<uint32_t>(stroke.size()));
    for (const auto& [x, y] : stroke) {
      drawing.x.push_back(static_cast<uint8_t>(x));
      drawing.y.push_back(static_cast<uint8_t>(y));
    }
  }
  return drawing;
}

Drawing RandomScribble(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Points> strokes(1 + random() % 4);
  for (Points& stroke : strokes) {
    for (uint64_t i = 0, points = 1 + random() % 8; i < points; ++i)
      stroke.emplace_back(random() % 256, random() % 256);
  }
  return DrawingOf(strokes);
}

std::vector<uint8_t> Render(const RasterSpec& spec, const Drawing& drawing) {
  const Rasterizer rasterizer = *Rasterizer::Create(spec);
  std::vector<uint8_t> raster(rasterizer.bytes(), 77);  // Render must overwrite whatever was there.
  rasterizer.Render(drawing, raster.data());
  return raster;
}

double Ink(const std::vector<uint8_t>& raster) { return std::accumulate(raster.begin(), raster.end(), 0.0) / 255; }

// '.' below 1/16 of full ink, then 1 to 9, '#' from 15/16.
std::vector<std::string> Picture(const std::vector<uint8_t>& raster, int size) {
  std::vector<std::string> rows;
  for (int y = 0; y < size; ++y) {
    rows.emplace_back();
    for (int x = 0; x < size; ++x) {
      const int value = raster[y * size + x];
      rows.back() += value < 16 ? '.' : value >= 240 ? '#' : static_cast<char>('1' + value * 9 / 256);
    }
  }
  return rows;
}

TEST(Rasterizer, DrawsAKnownSmallPicture) {
  const Drawing hook = DrawingOf({{{0, 0}, {255, 0}, {0, 255}}, {{255, 255}}});
  const auto raster = Render({.size = 10, .line_width = 2, .fit = RasterFit::kTopLeft}, hook);
  EXPECT_EQ(Picture(raster, 10), (std::vector<std::string>{"8########8",  //
                                                           "8########8",  //
                                                           ".....18#81",  //
                                                           "....18#81.",  //
                                                           "...18#81..",  //
                                                           "..18#81...",  //
                                                           ".18#81....",  //
                                                           "18#81.....",  //
                                                           "8#81....88",  //
                                                           "881.....88"}));
}

// The bounds of the formula in the header: half a line from the side, full ink within half a line less half a pixel.
TEST(Rasterizer, AHorizontalLineHasItsWidth) {
  const Drawing line = DrawingOf({{{0, 0}, {255, 0}}});
  for (const double width : {0.5, 1.0, 1.7, 2.0, 3.0, 4.5}) {
    const auto raster = Render({.size = 64, .line_width = width, .fit = RasterFit::kTopLeft}, line);
    double column = 0;
    for (int y = 0; y < 64; ++y) column += raster[y * 64 + 32] / 255.0;
    EXPECT_NEAR(column, width, 0.02) << width;
  }
}

// Pixels are sampled at their centers: a diagonal one pixel wide that meets them all is an eighth too dark.
TEST(Rasterizer, InkIsAboutLengthTimesWidthInAnyDirection) {
  for (const auto& [x, y] : Points{{200, 0}, {0, 200}, {200, 200}, {200, 77}, {20, 190}}) {
    for (const double width : {1.0, 2.0, 5.0}) {
      const auto raster = Render({.size = 128, .line_width = width, .fit = RasterFit::kTopLeft},
                                 DrawingOf({{{20, 20}, {20 + x, 20 + y}}}));
      const double length = std::hypot(x, y) * (128 - width) / 255;
      const double expected = length * width + std::acos(-1.0) * width * width / 4;  // And two half disks.
      EXPECT_NEAR(Ink(raster) / expected, 1, width == 1.0 ? 0.15 : 0.03) << x << "," << y << " width " << width;
    }
  }
}

TEST(Rasterizer, APointIsARoundDot) {
  const auto raster = Render({.size = 32, .line_width = 6}, DrawingOf({{{128, 50}}}));
  EXPECT_NEAR(Ink(raster), std::acos(-1.0) * 9, 0.5);
  EXPECT_EQ(raster[15 * 32 + 15], 255);  // Centered, by default.
  for (const RasterFit fit : {RasterFit::kTopLeft, RasterFit::kCenter, RasterFit::kStretch}) {
    const Drawing repeated = DrawingOf({{{9, 9}, {9, 9}, {9, 9}}});
    EXPECT_EQ(Render({.fit = fit}, repeated), Render({.fit = fit}, DrawingOf({{{9, 9}}})));
  }
}

TEST(Rasterizer, AMirroredDrawingGivesTheMirroredPicture) {
  for (const RasterFit fit : {RasterFit::kTopLeft, RasterFit::kCenter, RasterFit::kStretch}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const Drawing drawing = RandomScribble(seed);
      Drawing mirrored = drawing;
      for (uint8_t& x : mirrored.x) x = static_cast<uint8_t>(255 - x);
      const auto left = Render({.size = 48, .fit = fit}, drawing);
      const auto right = Render({.size = 48, .fit = fit}, mirrored);
      for (int i = 0; i < 48 * 48; ++i) {
        ASSERT_LE(std::abs(left[i] - right[i / 48 * 48 + 47 - i % 48]), 1) << "seed " << seed << " pixel " << i;
      }
    }
  }
}

TEST(Rasterizer, NeitherDirectionNorOrderNorRepetitionMatters) {
  const Points a = {{10, 20}, {200, 120}, {30, 240}};
  const Points b = {{10, 200}, {220, 40}};
  const auto once = Render({}, DrawingOf({a, b}));
  EXPECT_EQ(Render({}, DrawingOf({b, a})), once);
  EXPECT_EQ(Render({}, DrawingOf({a, b, a, b})), once);
  const auto backward = Render({}, DrawingOf({{b[1], b[0]}, {a[2], a[1], a[0]}}));
  for (size_t i = 0; i < once.size(); ++i) ASSERT_LE(std::abs(once[i] - backward[i]), 1);
}

// No row or column of the square is cut: a frame along all four sides is as wide as any line.
TEST(Rasterizer, InkOnTheEdgeOfTheFrameStaysInside) {
  const Drawing frame = DrawingOf({{{0, 0}, {255, 0}, {255, 255}, {0, 255}, {0, 0}}});
  for (const double width : {1.0, 2.0, 8.0}) {
    const auto raster = Render({.size = 64, .line_width = width, .fit = RasterFit::kTopLeft}, frame);
    EXPECT_NEAR(Ink(raster), 4 * (64 - width) * width, 0.25 * width * width) << width;
  }
}

TEST(Rasterizer, FitsMoveAndStretchTheDrawing) {
  const Drawing small = DrawingOf({{{0, 0}, {51, 0}, {51, 102}}});
  const auto box = [&](RasterFit fit) {
    const auto raster = Render({.size = 64, .line_width = 2, .fit = fit}, small);
    int left = 64, right = -1, top = 64, bottom = -1;
    for (int i = 0; i < 64 * 64; ++i) {
      if (raster[i] < 140) continue;
      left = std::min(left, i % 64);
      right = std::max(right, i % 64);
      top = std::min(top, i / 64);
      bottom = std::max(bottom, i / 64);
    }
    return std::vector<int>{left, right, top, bottom};
  };
  EXPECT_EQ(box(RasterFit::kTopLeft), (std::vector<int>{0, 13, 0, 26}));
  EXPECT_EQ(box(RasterFit::kCenter), (std::vector<int>{25, 38, 19, 44}));
  EXPECT_EQ(box(RasterFit::kStretch), (std::vector<int>{16, 47, 0, 63}));
}

// Every pixel against the distance to the nearest segment, computed the slow way in double.
TEST(Rasterizer, EveryPixelIsTheCoverageOfTheNearestStroke) {
  constexpr int kSize = 40;
  constexpr double kWidth = 2.5;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const Drawing drawing = RandomScribble(seed);
    const auto raster = Render({.size = kSize, .line_width = kWidth, .fit = RasterFit::kTopLeft}, drawing);
    const auto place = [](uint8_t c) { return kWidth / 2 + c * (kSize - kWidth) / 255; };
    for (int i = 0; i < kSize * kSize; ++i) {
      const double px = i % kSize + 0.5, py = i / kSize + 0.5;
      double nearest = 1e9;
      for (size_t point = 0, stroke = 0; stroke < drawing.stroke_lengths.size(); ++stroke) {
        for (uint32_t j = 0; j < drawing.stroke_lengths[stroke]; ++j, ++point) {
          const size_t from = j > 0 ? point - 1 : point;
          const double ax = place(drawing.x[from]), ay = place(drawing.y[from]);
          const double dx = place(drawing.x[point]) - ax, dy = place(drawing.y[point]) - ay;
          const double length2 = dx * dx + dy * dy;
          const double t = length2 > 0 ? std::clamp(((px - ax) * dx + (py - ay) * dy) / length2, 0.0, 1.0) : 0;
          nearest = std::min(nearest, std::hypot(px - ax - t * dx, py - ay - t * dy));
        }
      }
      const double expected = 255 * std::clamp(kWidth / 2 + 0.5 - nearest, 0.0, 1.0);
      ASSERT_NEAR(raster[i], expected, 1.0) << "seed " << seed << " pixel " << i % kSize << "," << i / kSize;
    }
  }
}

TEST(Rasterizer, OptionsOutOfRangeAreRefusedByTheirField) {
  for (const int size : {0, 7, 1025}) {
    const auto result = Rasterizer::Create({.size = size});
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(FieldOf(result.status()), "raster.size");
  }
  for (const double width : {0.0, -1.0, 17.0, std::nan("")}) {
    const auto result = Rasterizer::Create({.size = 64, .line_width = width});
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(FieldOf(result.status()), "raster.line_width");
  }
  for (const double margin : {-1.0, 17.0, std::nan("")}) {
    const auto result = Rasterizer::Create({.size = 64, .margin = margin});
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(FieldOf(result.status()), "raster.margin");
  }
  for (const size_t channels : {0, 9}) {
    RasterSpec spec{.channels = RasterChannels::kList};
    spec.list.assign(channels, RasterChannel::kInk);
    EXPECT_THAT(Rasterizer::Create(spec), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(FieldOf(Rasterizer::Create(spec).status()), "raster.channels");
  }
}

// A width in frame units keeps its share of the picture; one in pixels does not.
TEST(Rasterizer, AWidthInFrameUnitsGrowsWithTheSize) {
  const Drawing line = DrawingOf({{{0, 128}, {255, 128}}});
  const auto width_at = [&](int size, RasterUnit unit) {
    const auto raster = Render({.size = size, .line_width = 4, .unit = unit}, line);
    double column = 0;
    for (int y = 0; y < size; ++y) column += raster[y * size + size / 2] / 255.0;
    return column;
  };
  EXPECT_NEAR(width_at(64, RasterUnit::kFrame), 1, 0.02);
  EXPECT_NEAR(width_at(256, RasterUnit::kFrame), 4, 0.02);
  EXPECT_NEAR(width_at(64, RasterUnit::kPixels), 4, 0.02);
  EXPECT_NEAR(width_at(256, RasterUnit::kPixels), 4, 0.02);
}

TEST(Rasterizer, TheMarginStaysFree) {
  const Drawing frame = DrawingOf({{{0, 0}, {255, 0}, {255, 255}, {0, 255}, {0, 0}}});
  const auto raster = Render({.size = 32, .line_width = 2, .margin = 3, .fit = RasterFit::kTopLeft}, frame);
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(raster[2 * 32 + i], 0);
    EXPECT_EQ(raster[29 * 32 + i], 0);
    EXPECT_EQ(raster[i * 32 + 2], 0);
  }
  EXPECT_EQ(raster[3 * 32 + 16], 255);
  EXPECT_EQ(raster[28 * 32 + 16], 255);
}

TEST(Rasterizer, AMapTurnsTheDrawingAroundItsMiddleAndCutsOffWhatLeaves) {
  const Drawing across = DrawingOf({{{0, 128}, {255, 128}}});
  const Drawing down = DrawingOf({{{128, 0}, {128, 255}}});
  const Rasterizer rasterizer = *Rasterizer::Create({.size = 32});
  std::vector<uint8_t> turned(rasterizer.bytes()), moved(rasterizer.bytes());
  rasterizer.Render(across, {.xx = 0, .xy = -1, .yx = 1, .yy = 0}, turned.data());
  EXPECT_EQ(turned, Render({.size = 32}, down));
  rasterizer.Render(down, {.move_x = 0.5}, moved.data());
  EXPECT_NEAR(Ink(moved), Ink(turned) / 2, 1);
  rasterizer.Render(down, {.move_x = 9, .move_y = -9}, moved.data());
  EXPECT_EQ(Ink(moved), 0);
}

}  // namespace
}  // namespace doodle
