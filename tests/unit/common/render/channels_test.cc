// What each channel's plane holds, on a drawing whose strokes lie apart.
#include <algorithm>
#include <vector>

#include "common/render/rasterizer.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

// Stroke s is a level line at height 20 + 20 s, drawn in three points.
Drawing Levels(int strokes, bool times) {
  Drawing drawing;
  for (int s = 0; s < strokes; ++s) {
    drawing.stroke_lengths.push_back(3);
    for (const int x : {0, 64, 192}) {
      drawing.x.push_back(static_cast<uint8_t>(x));
      drawing.y.push_back(static_cast<uint8_t>(20 + 20 * s));
    }
    if (!times) continue;
    // The pause before stroke s is 500 s ms; the first piece takes 128 ms, the second 512.
    const uint32_t start = s == 0 ? 0 : drawing.times_ms.back() + 500U * s;
    drawing.times_ms.insert(drawing.times_ms.end(), {start, start + 128, start + 640});
  }
  return drawing;
}

// The largest value of each stroke's row in one channel, between the frame's columns `left` and `right`.
std::vector<int> Rows(RasterChannel channel, const Drawing& drawing, int left = 0, int right = 255) {
  const Rasterizer rasterizer = *Rasterizer::Create({.size = 256,
                                                     .fit = RasterFit::kTopLeft,
                                                     .channels = RasterChannels::kList,
                                                     .list = {RasterChannel::kInk, channel}});
  std::vector<uint8_t> raster(rasterizer.bytes());
  rasterizer.Render(drawing, raster.data());
  std::vector<int> values;
  for (size_t s = 0; s < drawing.stroke_lengths.size(); ++s) {
    const uint8_t* row = raster.data() + 256 * 256 + (20 + 20 * s) * 256;
    values.push_back(*std::max_element(row + left, row + right));
  }
  return values;
}

using V = std::vector<int>;

TEST(Channels, OrderFadesByStrokeAsTheKernelsDid) {
  EXPECT_EQ(Rows(RasterChannel::kInk, Levels(3, false)), (V{255, 255, 255}));
  EXPECT_EQ(Rows(RasterChannel::kOrder, Levels(12, false)),
            (V{255, 242, 229, 216, 203, 190, 177, 164, 151, 138, 125, 125}));
}

TEST(Channels, StrokesThatFollowOneAnotherShareAColor) {
  EXPECT_EQ(Rows(RasterChannel::kRed, Levels(7, false)), (V{255, 255, 0, 0, 0, 255, 255}));
  EXPECT_EQ(Rows(RasterChannel::kGreen, Levels(7, false)), (V{0, 255, 255, 255, 0, 0, 0}));
  EXPECT_EQ(Rows(RasterChannel::kBlue, Levels(7, false)), (V{0, 0, 0, 255, 255, 255, 0}));
}

TEST(Channels, ThirdsAreOfThePoints) {
  EXPECT_EQ(Rows(RasterChannel::kFirstThird, Levels(3, false)), (V{255, 0, 0}));
  EXPECT_EQ(Rows(RasterChannel::kTwoThirds, Levels(3, false)), (V{255, 255, 0}));
  // Of three points the first third is the first: its piece ends in the second third.
  EXPECT_EQ(Rows(RasterChannel::kFirstThird, Levels(1, false)), (V{0}));
  EXPECT_EQ(Rows(RasterChannel::kTwoThirds, Levels(1, false), 0, 60), (V{255}));
  EXPECT_EQ(Rows(RasterChannel::kTwoThirds, Levels(1, false), 70, 250), (V{0}));
}

// 1/8 is nothing, 1 a second of delay, two of drawing, sixteen strokes.
TEST(Channels, TimesOfTheStroke) {
  EXPECT_EQ(Rows(RasterChannel::kDelay, Levels(4, true)), (V{32, 143, 255, 255}));
  EXPECT_EQ(Rows(RasterChannel::kDrawTime, Levels(2, true)), (V{103, 103}));
  EXPECT_EQ(Rows(RasterChannel::kNumber, Levels(3, true)), (V{32, 46, 60}));
}

// 64 units in 128 ms, then 128 in 512: half a unit per millisecond, then a quarter.
TEST(Channels, SpeedAndItsChangeOfThePiece) {
  EXPECT_EQ(Rows(RasterChannel::kSpeed, Levels(2, true), 0, 50), (V{143, 143}));
  EXPECT_EQ(Rows(RasterChannel::kSpeed, Levels(2, true), 80, 180), (V{88, 88}));
  EXPECT_EQ(Rows(RasterChannel::kAcceleration, Levels(2, true), 0, 50), (V{32, 32}));
  EXPECT_EQ(Rows(RasterChannel::kAcceleration, Levels(2, true), 80, 180), (V{88, 88}));
}

TEST(Channels, PointsFadeWithinTheirStroke) {
  EXPECT_EQ(Rows(RasterChannel::kPoint, Levels(2, false), 0, 50), (V{255, 255}));
  EXPECT_EQ(Rows(RasterChannel::kPoint, Levels(2, false), 80, 180), (V{235, 235}));
}

// Lengths stand in: 192 units at a quarter of a unit per millisecond, 300 ms before each but the first stroke.
TEST(Channels, WithoutTimesLengthsStandIn) {
  EXPECT_EQ(Rows(RasterChannel::kDelay, Levels(2, false)), (V{32, 99}));
  EXPECT_EQ(Rows(RasterChannel::kDrawTime, Levels(2, false)), (V{118, 118}));
  EXPECT_EQ(Rows(RasterChannel::kSpeed, Levels(2, false), 0, 50), (V{143, 143}));
  EXPECT_EQ(Rows(RasterChannel::kSpeed, Levels(2, false), 80, 180), (V{255, 255}));
  EXPECT_EQ(Rows(RasterChannel::kAcceleration, Levels(2, false), 80, 180), (V{143, 143}));
}

TEST(Channels, ADotHasEveryChannelThatAStrokeHas) {
  Drawing dot;
  dot.stroke_lengths = {1};
  dot.x = {128};
  dot.y = {20};
  for (const auto channel : {RasterChannel::kInk, RasterChannel::kOrder, RasterChannel::kPoint, RasterChannel::kRed}) {
    EXPECT_EQ(Rows(channel, dot), (V{255}));
  }
  for (const auto channel : {RasterChannel::kDelay, RasterChannel::kDrawTime, RasterChannel::kSpeed}) {
    EXPECT_EQ(Rows(channel, dot), (V{32}));
  }
}

TEST(Channels, NamedSetsAndWhatNeedsTimes) {
  EXPECT_EQ(ChannelsOf({.channels = RasterChannels::kGray}).size(), 1U);
  for (const auto set : {RasterChannels::kColor, RasterChannels::kThirds, RasterChannels::kTime}) {
    EXPECT_EQ(ChannelsOf({.channels = set}).size(), 3U);
    EXPECT_EQ(Rasterizer::Create({.channels = set})->channels(), 3);
    EXPECT_EQ(Rasterizer::Create({.channels = set})->bytes(), 3U * 64 * 64);
    EXPECT_EQ(UsesTimes({.channels = set}), set == RasterChannels::kTime);
  }
  EXPECT_FALSE(UsesTimes({.channels = RasterChannels::kList, .list = {RasterChannel::kNumber}}));
  EXPECT_TRUE(UsesTimes({.channels = RasterChannels::kList, .list = {RasterChannel::kInk, RasterChannel::kSpeed}}));
}

}  // namespace
}  // namespace doodle
