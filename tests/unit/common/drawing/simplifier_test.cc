#include "common/drawing/simplifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/drawing/drawing_check.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Simplifier, ADrawingOfOnePlaceStaysAtTheOrigin) {
  Simplifier simplifier;
  Drawing drawing;
  ASSERT_THAT(simplifier.Simplify({{1, 2}, {7, 7, 7}, {9, 9, 9}, {0, 5, 6}}, drawing), IsOk());
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(2, 2));
  EXPECT_THAT(drawing.x, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(drawing.times_ms, ElementsAre(0, 0, 5, 6));
}

TEST(Simplifier, ADrawingSmallerThanAnyPixelIsScaledAsOthers) {
  Simplifier simplifier;
  Drawing drawing;
  ASSERT_THAT(simplifier.Simplify({{2}, {0, 1e-310}, {0, 0}, {0, 1}}, drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0, 255));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0));
}

TEST(Simplifier, CoordinatesTooFarApartToScaleAreRefused) {
  Simplifier simplifier;
  Drawing drawing;
  for (const double far : {1e308, 1e307}) {
    EXPECT_THAT(simplifier.Simplify({{2}, {-far, far}, {0, 0}, {0, 1}}, drawing),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too far apart")));
  }
}

// 2.5, 132.5 and 133.5 of a side of 255: as a player drew 4, 212 and 213.6 of 408.
TEST(Simplifier, HalvesAreRoundedToTheEvenNumber) {
  Simplifier simplifier;
  Drawing drawing;
  ASSERT_THAT(simplifier.Simplify({{2, 2}, {0, 408, 4, 4}, {0, 0, 212, 213.6}, {0, 1, 2, 3}}, drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0, 255, 2, 2));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0, 132, 134));
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
