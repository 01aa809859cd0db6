#include "common/render/stroke_sequence.h"

#include <vector>

#include "gtest/gtest.h"

namespace doodle {
namespace {

Drawing TwoStrokes() {
  Drawing drawing;
  drawing.stroke_lengths = {2, 1};
  drawing.x = {10, 74, 10};
  drawing.y = {0, 128, 128};
  drawing.times_ms = {100, 350, 1350};
  return drawing;
}

TEST(StrokeSequence, HoldsMovesPenAndTimesPaddedWithZeros) {
  std::vector<float> rows(5 * kSequenceFeatures, 9);
  EXPECT_EQ(WriteSequence(TwoStrokes(), 5, rows.data()), 3U);
  EXPECT_EQ(rows, (std::vector<float>{
                      0,     0,   0, 0,                //
                      0.25,  0.5, 1, 0.25,             //
                      -0.25, 0,   1, 1,                //
                      0,     0,   0, 0,    0, 0, 0, 0  //
                  }));
}

TEST(StrokeSequence, ALongDrawingIsCut) {
  std::vector<float> rows(2 * kSequenceFeatures, 9);
  EXPECT_EQ(WriteSequence(TwoStrokes(), 2, rows.data()), 2U);
  EXPECT_EQ(rows, (std::vector<float>{0, 0, 0, 0, 0.25, 0.5, 1, 0.25}));
}

TEST(StrokeSequence, WithoutTimesTheTimeIsZero) {
  Drawing drawing = TwoStrokes();
  drawing.times_ms.clear();
  std::vector<float> rows(3 * kSequenceFeatures);
  WriteSequence(drawing, 3, rows.data());
  EXPECT_EQ(rows[7], 0);
  EXPECT_EQ(rows[11], 0);
}

TEST(StrokeSequence, ABucketTakesWhatFitsItsBound) {
  const std::vector<size_t> bounds = {32, 64, 128};
  EXPECT_EQ(BucketOf(0, bounds), 0U);
  EXPECT_EQ(BucketOf(32, bounds), 0U);
  EXPECT_EQ(BucketOf(33, bounds), 1U);
  EXPECT_EQ(BucketOf(128, bounds), 2U);
  EXPECT_EQ(BucketOf(500, bounds), 2U);
}

}  // namespace
}  // namespace doodle
