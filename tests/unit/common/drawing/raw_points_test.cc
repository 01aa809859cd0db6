#include "common/drawing/raw_points.h"

#include "common/drawing/drawing_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Drawing Kept(const RawStrokes& raw) {
  Drawing drawing;
  KeepRaw(raw, drawing);
  return drawing;
}

TEST(RawPoints, TheLargerSideFillsTheGridAndTheOtherKeepsItsShape) {
  const Drawing drawing = Kept({{2, 1}, {-100, 410, 155}, {50, 50, 152}, {0, 10, 20}});
  EXPECT_THAT(drawing.x, ElementsAre(0, 255, 128));  // 127.5 is rounded up.
  EXPECT_THAT(drawing.y, ElementsAre(0, 0, 51));
  EXPECT_THAT(drawing.raw_x, ElementsAre(-100, 410, 155));
  EXPECT_TRUE(drawing.is_raw());
  EXPECT_THAT(CheckDrawing(drawing), IsOk());
}

TEST(RawPoints, ADrawingOfOnePlaceIsAtTheCorner) {
  for (const double step : {0.0, 1e-44}) {
    const Drawing drawing = Kept({{2}, {7, 7 + step}, {9, 9}, {0, 10}});
    EXPECT_THAT(drawing.x, ElementsAre(0, 0));
    EXPECT_THAT(drawing.y, ElementsAre(0, 0));
  }
}

TEST(RawPoints, AreCheckedBesideTheGrid) {
  Drawing drawing = Kept({{2}, {0, 7}, {0, 9}, {0, 10}});
  drawing.raw_y.pop_back();
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("different lengths")));
  drawing.raw_y.push_back(std::numeric_limits<float>::quiet_NaN());
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not finite")));
  drawing.times_ms.clear();
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("without times")));
}

TEST(CheckWord, RefusesWhatAManifestCannotHold) {
  EXPECT_THAT(CheckWord("The Eiffel Tower"), IsOk());
  EXPECT_THAT(CheckWord("caf\xc3\xa9"), IsOk());
  for (const char* word : {"", "caf\xe9", "a\nb"}) {
    EXPECT_THAT(CheckWord(word), StatusIs(absl::StatusCode::kInvalidArgument)) << word;
  }
  EXPECT_THAT(CheckWord(std::string(kMaxWordBytes + 1, 'a')), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
