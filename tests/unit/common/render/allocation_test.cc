#include <vector>

#include "common/render/augmenter.h"
#include "common/render/rasterizer.h"
#include "gtest/gtest.h"
#include "tests/testing/allocation_counter.h"

namespace doodle {
namespace {

// Thousands of drawings a second and core: none may cost an allocation.
TEST(Allocation, RenderingAllocatesNothing) {
  if (!DOODLE_ALLOCATIONS_ARE_COUNTED) GTEST_SKIP() << "the sanitizer's allocator cannot be replaced";
  Drawing drawing;
  drawing.stroke_lengths = {3, 1};
  drawing.x = {0, 255, 7, 80};
  drawing.y = {9, 100, 255, 80};
  const Augmenter augmenter({.hflip = 0.5, .rotate = 5, .point_drop = 0.1, .stroke_drop = 0.1}, 1);
  AugmentedDrawing scratch;
  augmenter.Apply(drawing, 0, scratch);
  for (const RasterChannels channels : {RasterChannels::kGray, RasterChannels::kColor, RasterChannels::kTime}) {
    const Rasterizer rasterizer = *Rasterizer::Create({.fit = RasterFit::kStretch, .channels = channels});
    std::vector<uint8_t> raster(rasterizer.bytes());
    rasterizer.Render(drawing, raster.data());  // The first call chooses the instruction set.
    const int before = allocations;
    for (uint64_t epoch = 0; epoch < 10; ++epoch) {
      augmenter.Apply(drawing, epoch, scratch);
      rasterizer.Render(*scratch.drawing, scratch.map, raster.data());
    }
    EXPECT_EQ(allocations, before);
  }
  EXPECT_GT(allocations, 0);
}

}  // namespace
}  // namespace doodle
