// Google's own 28x28 bitmaps beside what our settings for them draw, for 35 drawings whose bitmaps are known.
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "common/ingest/drawing_reader.h"
#include "common/io/file_system.h"
#include "common/render/rasterizer.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

constexpr int kSize = 28;
constexpr size_t kPixels = size_t{kSize} * kSize;
constexpr size_t kPairs = 35;
constexpr char kFolder[] = "tests/data/quickdraw/bitmaps/";

// As docs/guides/rendering.md gives them: lines of 16 units and a frame of 256 on a canvas of 304.
constexpr double kLineWidth = 16.0 * kSize / 304;
constexpr double kMargin = (kSize - kLineWidth - 255.0 * kSize / 304) / 2;

std::vector<Drawing> Drawings() {
  auto reader = *DrawingReader::Open({std::string(kFolder) + "drawings.ndjson.gz"});
  std::vector<Drawing> drawings;
  for (;;) {
    std::optional<Drawing> drawing = *reader->Next();
    if (!drawing.has_value()) return drawings;
    drawings.push_back(*std::move(drawing));
  }
}

// The pixels are the end of the file.
std::string Bitmaps() {
  const std::string file = *ReadFile(LocalFileSystem(), std::string(kFolder) + "bitmaps.npy");
  return file.substr(file.size() - kPairs * kPixels);
}

// Mean difference of each drawing to its bitmap, of 255.
std::vector<double> Differences(const RasterSpec& spec) {
  const Rasterizer rasterizer = *Rasterizer::Create(spec);
  const std::string bitmaps = Bitmaps();
  std::vector<uint8_t> raster(rasterizer.bytes());
  std::vector<double> differences;
  for (const Drawing& drawing : Drawings()) {
    rasterizer.Render(drawing, raster.data());
    double sum = 0;
    for (size_t i = 0; i < kPixels; ++i) {
      sum += std::abs(raster[i] - static_cast<uint8_t>(bitmaps[differences.size() * kPixels + i]));
    }
    differences.push_back(sum / kPixels);
  }
  return differences;
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Cairo blends what strokes draw over one another, ours keeps the larger: that is what remains, and most of it in one
// drawing full of crossings.
TEST(OfficialBitmaps, OurPicturesAreThoseOfGoogleWithinFourOf255) {
  std::vector<double> differences = Differences({.size = kSize, .line_width = kLineWidth, .margin = kMargin});
  ASSERT_EQ(differences.size(), kPairs);
  std::sort(differences.begin(), differences.end());
  EXPECT_LT(differences[kPairs - 2], 4);
  EXPECT_LT(differences[kPairs - 1], 6.5);
  EXPECT_LT(Mean(differences), 2.3);
}

// Each setting matters: another one is further from Google's.
TEST(OfficialBitmaps, OtherWidthsMarginsAndPlacesAreFurtherAway) {
  const double best = Mean(Differences({.size = kSize, .line_width = kLineWidth, .margin = kMargin}));
  EXPECT_GT(Mean(Differences({.size = kSize, .line_width = 1.7, .margin = kMargin})), best + 1);
  EXPECT_GT(Mean(Differences({.size = kSize, .line_width = 1.2, .margin = kMargin})), best + 1);
  EXPECT_GT(Mean(Differences({.size = kSize, .line_width = kLineWidth, .margin = 1})), best + 1);
  EXPECT_GT(Mean(Differences({.size = kSize, .line_width = kLineWidth, .margin = kMargin, .fit = RasterFit::kTopLeft})),
            best + 1);
}

}  // namespace
}  // namespace doodle
