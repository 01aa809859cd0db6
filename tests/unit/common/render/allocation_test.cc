#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "common/render/rasterizer.h"
#include "gtest/gtest.h"

// A sanitizer has an allocator of its own, which must see every allocation.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DOODLE_ALLOCATIONS_ARE_COUNTED false
#else
#define DOODLE_ALLOCATIONS_ARE_COUNTED true
#endif

namespace {
std::atomic<int> allocations{0};
}  // namespace

#if DOODLE_ALLOCATIONS_ARE_COUNTED
void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace doodle {
namespace {

// Thousands of drawings a second and core: none may cost an allocation.
TEST(Allocation, RenderingAllocatesNothing) {
  if (!DOODLE_ALLOCATIONS_ARE_COUNTED) GTEST_SKIP() << "the sanitizer's allocator cannot be replaced";
  Drawing drawing;
  drawing.stroke_lengths = {3, 1};
  drawing.x = {0, 255, 7, 80};
  drawing.y = {9, 100, 255, 80};
  for (const RasterFit fit : {RasterFit::kTopLeft, RasterFit::kCenter, RasterFit::kStretch}) {
    const Rasterizer rasterizer = *Rasterizer::Create({.fit = fit});
    std::vector<uint8_t> raster(rasterizer.bytes());
    const int before = allocations;
    for (int i = 0; i < 10; ++i) rasterizer.Render(drawing, raster.data());
    EXPECT_EQ(allocations, before);
  }
  EXPECT_GT(allocations, 0);
}

}  // namespace
}  // namespace doodle
