// docs/images/rendering.png shows every way to render; it is what the code draws, or this test fails.
#include <png.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "common/io/file_system.h"
#include "common/render/png_writer.h"
#include "common/render/rasterizer.h"
#include "common/render/text_line.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

constexpr int kCell = 128;
constexpr int kGap = 6;
constexpr const char* kPicture = "docs/images/rendering.png";

// A house with smoke, drawn by hand in five strokes, with the times of a quick and a slow hand.
Drawing House() {
  const std::vector<std::vector<std::pair<int, int>>> strokes = {
      {{30, 250}, {28, 120}, {200, 118}, {204, 251}, {31, 250}},
      {{10, 126}, {60, 70}, {114, 30}, {170, 74}, {228, 124}},
      {{90, 250}, {92, 180}, {134, 181}, {135, 250}},
      {{168, 70}, {169, 34}, {192, 34}, {194, 90}},
      {{180, 26}, {172, 16}, {186, 12}, {178, 2}, {200, 0}}};
  const std::vector<int> pause = {0, 200, 900, 400, 1500};
  const std::vector<int> step = {150, 60, 300, 90, 500};
  Drawing drawing;
  uint32_t now = 0;
  for (size_t s = 0; s < strokes.size(); ++s) {
    drawing.stroke_lengths.push_back(static_cast<uint32_t>(strokes[s].size()));
    now += pause[s];
    for (const auto& [x, y] : strokes[s]) {
      drawing.x.push_back(static_cast<uint8_t>(x));
      drawing.y.push_back(static_cast<uint8_t>(y));
      drawing.times_ms.push_back(now += step[s]);
    }
  }
  return drawing;
}

RasterSpec Listed(RasterChannel channel) {
  return {.size = kCell, .line_width = 3, .channels = RasterChannels::kList, .list = {channel}};
}

std::vector<std::pair<std::string, RasterSpec>> Cells() {
  return {{"size 28", {.size = 28, .line_width = 1.5}},
          {"size 64", {.size = 64}},
          {"size 128", {.size = kCell}},
          {"line_width 6", {.size = kCell, .line_width = 6}},
          {"64: 16 of frame", {.size = 64, .line_width = 16, .unit = RasterUnit::kFrame}},
          {"margin 16", {.size = kCell, .margin = 16}},
          {"top_left", {.size = kCell, .fit = RasterFit::kTopLeft}},
          {"center", {.size = kCell, .fit = RasterFit::kCenter}},
          {"stretch", {.size = kCell, .fit = RasterFit::kStretch}},
          {"order", Listed(RasterChannel::kOrder)},
          {"point", Listed(RasterChannel::kPoint)},
          {"number", Listed(RasterChannel::kNumber)},
          {"red", Listed(RasterChannel::kRed)},
          {"green", Listed(RasterChannel::kGreen)},
          {"blue", Listed(RasterChannel::kBlue)},
          {"first_third", Listed(RasterChannel::kFirstThird)},
          {"two_thirds", Listed(RasterChannel::kTwoThirds)},
          {"ink", Listed(RasterChannel::kInk)},
          {"delay", Listed(RasterChannel::kDelay)},
          {"draw_time", Listed(RasterChannel::kDrawTime)},
          {"speed", Listed(RasterChannel::kSpeed)},
          {"acceleration", Listed(RasterChannel::kAcceleration)},
          {"28 as Google", {.size = 28, .line_width = 1.474, .margin = 1.52}},
          {"256: a quarter", {.size = 256, .line_width = 6}}};
}

// Ink is black on the sheet, as on paper.
GrayImage Sheet() {
  constexpr int kColumns = 6;
  const auto cells = Cells();
  const int rows = (static_cast<int>(cells.size()) + kColumns - 1) / kColumns;
  GrayImage sheet{kGap + kColumns * (kCell + kGap), kGap + rows * (kCell + kTextHeight + kGap), {}};
  sheet.pixels.assign(static_cast<size_t>(sheet.width) * sheet.height, 255);
  for (size_t i = 0; i < cells.size(); ++i) {
    const int left = kGap + static_cast<int>(i % kColumns) * (kCell + kGap);
    const int top = kGap + static_cast<int>(i / kColumns) * (kCell + kTextHeight + kGap);
    const Rasterizer rasterizer = *Rasterizer::Create(cells[i].second);
    std::vector<uint8_t> raster(rasterizer.bytes());
    rasterizer.Render(House(), raster.data());
    const int size = rasterizer.size();
    for (int p = 0; p < size * size; ++p) {
      if (std::max(p % size, p / size) >= kCell) continue;  // A larger picture shows its top left quarter.
      sheet.at(left + p % size, top + p / size) = static_cast<uint8_t>(255 - raster[p]);
    }
    DrawText(cells[i].first, left, top + kCell, kCell, sheet);
  }
  return sheet;
}

std::vector<uint8_t> Pixels(const std::string& png) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&header, png.data(), png.size()) == 0) return {};
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(header));
  if (png_image_finish_read(&header, nullptr, pixels.data(), 0, nullptr) == 0) return {};
  return pixels;
}

// DOODLE_UPDATE_GOLDEN=1 writes the picture anew: look at it before it is committed.
TEST(GoldenSheet, ThePictureInTheGuideIsWhatTheCodeDraws) {
  const GrayImage sheet = Sheet();
  if (std::getenv("DOODLE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_THAT(WritePng(LocalFileSystem(), kPicture, sheet), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const std::string png, ReadFile(LocalFileSystem(), kPicture));
  const std::vector<uint8_t> golden = Pixels(png);
  ASSERT_EQ(golden.size(), sheet.pixels.size());
  const auto [first, other] = std::mismatch(golden.begin(), golden.end(), sheet.pixels.begin());
  EXPECT_TRUE(first == golden.end()) << "pixel " << (first - golden.begin()) % sheet.width << ","
                                     << (first - golden.begin()) / sheet.width << " is " << int{*other};
}

}  // namespace
}  // namespace doodle
