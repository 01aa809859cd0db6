#include "common/render/segment_kernel.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "hwy/targets.h"

namespace doodle {
namespace {

constexpr int kSize = 37;  // No multiple of any vector's length.

// Also ends far outside, levels, plumbs and dots.
std::vector<Segment> RandomSegments(uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<float> place(-10, kSize + 10);
  std::vector<Segment> segments(count);
  for (Segment& segment : segments) {
    segment = {place(random), place(random), place(random), place(random)};
    if (random() % 5 == 0) segment.x1 = segment.x0;
    if (random() % 5 == 0) segment.y1 = segment.y0;
    for (float& ink : segment.ink) ink = static_cast<float>(random() % 256);
  }
  return segments;
}

std::vector<uint8_t> Draw(const std::vector<Segment>& segments, size_t planes, float width) {
  std::vector<uint8_t> pixels(planes * kSize * kSize);
  DrawSegments({kSize, planes, width / 2 + 0.5F, std::min(1.0F, width), pixels.data()}, segments);
  return pixels;
}

// One pixel after another, without rows, spans or vectors; the same formula.
std::vector<uint8_t> Reference(const std::vector<Segment>& segments, size_t planes, float width) {
  std::vector<uint8_t> pixels(planes * kSize * kSize);
  for (const Segment& s : segments) {
    const double dx = s.x1 - s.x0, dy = s.y1 - s.y0, length2 = dx * dx + dy * dy;
    for (int i = 0; i < kSize * kSize; ++i) {
      const double px = i % kSize + 0.5 - s.x0, py = i / kSize + 0.5 - s.y0;
      const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0;
      const double distance = std::hypot(px - t * dx, py - t * dy);
      const double coverage = std::clamp(width / 2 + 0.5 - distance, 0.0, std::min(1.0, double{width}));
      for (size_t c = 0; c < planes; ++c) {
        uint8_t& pixel = pixels[c * kSize * kSize + i];
        pixel = std::max(pixel, static_cast<uint8_t>(coverage * s.ink[c] + 0.5));
      }
    }
  }
  return pixels;
}

class SegmentKernel : public ::testing::Test {
 protected:
  ~SegmentKernel() override { Use(0); }
  static void Use(int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

TEST_F(SegmentKernel, AgreesWithOnePixelAfterAnother) {
  for (const size_t planes : {1, 2, 3, 8}) {
    for (const float width : {0.5F, 2.0F, 5.3F}) {
      const std::vector<Segment> segments = RandomSegments(planes, 60);
      const auto fast = Draw(segments, planes, width);
      const auto slow = Reference(segments, planes, width);
      for (size_t i = 0; i < fast.size(); ++i) ASSERT_LE(std::abs(fast[i] - slow[i]), 1) << "byte " << i;
    }
  }
}

// Workers with different processors draw the same pixels.
TEST_F(SegmentKernel, EveryInstructionSetGivesTheSameBytes) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  const std::vector<Segment> segments = RandomSegments(7, 500);
  const std::vector<uint8_t> expected = Draw(segments, 3, 1.7F);
  for (const int64_t target : targets) {
    Use(target);
    EXPECT_EQ(Draw(segments, 3, 1.7F), expected) << hwy::TargetName(target);
  }
  RecordProperty("instruction_sets", static_cast<int>(targets.size()));
}

TEST_F(SegmentKernel, NothingIsWrittenOutsideOfThePlanes) {
  std::vector<uint8_t> pixels(3 * kSize * kSize + 128, 9);
  std::fill(pixels.begin() + 64, pixels.end() - 64, uint8_t{0});
  DrawSegments({kSize, 3, 8, 1, pixels.data() + 64}, RandomSegments(3, 300));
  EXPECT_EQ(std::count(pixels.begin(), pixels.begin() + 64, 9), 64);
  EXPECT_EQ(std::count(pixels.end() - 64, pixels.end(), 9), 64);
}

}  // namespace
}  // namespace doodle
