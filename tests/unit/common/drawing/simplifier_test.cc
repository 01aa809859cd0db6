#include "common/drawing/simplifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/drawing/drawing_check.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

TEST(Simplifier, ADrawingOfOnePlaceStaysAtTheOrigin) {
  Simplifier simplifier;
  Drawing drawing;
  ASSERT_THAT(simplifier.Simplify({{1, 2}, {7, 7, 7}, {9, 9, 9}, {0, 5, 6}}, drawing), IsOk());
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(2, 2));
  EXPECT_THAT(drawing.x, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(drawing.times_ms, ElementsAre(0, 0, 5, 6));
}

TEST(Simplifier, ADrawingTooSmallToScaleStaysAtTheOrigin) {
  Simplifier simplifier;
  Drawing drawing;
  ASSERT_THAT(simplifier.Simplify({{2}, {0, 1e-310}, {0, 0}, {0, 1}}, drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0, 0));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0));
}

TEST(Simplifier, APointNearTheLineIsDroppedAndOneFartherOffKept) {
  Simplifier simplifier;
  Drawing drawing;
  ASSERT_THAT(simplifier.Simplify({{3}, {0, 100, 255}, {0, 1.5, 0}, {0, 10, 20}}, drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0, 255));
  ASSERT_THAT(simplifier.Simplify({{3}, {0, 100, 255}, {0, 60, 0}, {0, 10, 20}}, drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0, 100, 255));
}

TEST(Simplifier, LinesTooLongForTheirFrameAreRefused) {
  RawStrokes raw{{1000}, {}, {}, std::vector<uint32_t>(1000)};
  for (int i = 0; i < 1000; ++i) {
    raw.x.push_back(i % 2);
    raw.y.push_back(0);
  }
  Simplifier simplifier;
  Drawing drawing;
  EXPECT_THAT(simplifier.Simplify(raw, drawing), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
