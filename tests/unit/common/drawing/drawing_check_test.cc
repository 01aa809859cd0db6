#include "common/drawing/drawing_check.h"

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

Drawing TwoStrokes() {
  Drawing drawing;
  drawing.stroke_lengths = {2, 1};
  drawing.x = {0, 10, 255};
  drawing.y = {3, 4, 5};
  return drawing;
}

TEST(CheckDrawing, AStrokeOfOnePointAndAMissingWordAreLegal) { EXPECT_THAT(CheckDrawing(TwoStrokes()), IsOk()); }

TEST(CheckDrawing, NamesTheEmptyStroke) {
  Drawing drawing = TwoStrokes();
  drawing.stroke_lengths = {3, 0};
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("stroke 1 is empty")));
}

TEST(CheckDrawing, RefusesADrawingWithoutStrokes) {
  EXPECT_THAT(CheckDrawing(Drawing()), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no strokes")));
}

TEST(CheckDrawing, RefusesLengthsThatDoNotAddUp) {
  Drawing drawing = TwoStrokes();
  drawing.stroke_lengths = {2, 2};
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("add up to 4")));
  drawing = TwoStrokes();
  drawing.y.pop_back();
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("different lengths")));
}

TEST(CheckDrawing, RefusesMorePointsThanTheLimit) {
  Drawing drawing;
  drawing.x.resize(kMaxDrawingPoints + 1);
  drawing.y.resize(kMaxDrawingPoints + 1);
  drawing.stroke_lengths = {kMaxDrawingPoints + 1};
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("65537 points")));
}

TEST(CheckDrawing, RefusesACountryThatIsNotTwoLettersAndATimeBefore1970) {
  Drawing drawing = TwoStrokes();
  drawing.country_code = "D1";
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("country")));
  drawing.country_code = "DE";
  EXPECT_THAT(CheckDrawing(drawing), IsOk());
  drawing.timestamp_ms = -1;
  EXPECT_THAT(CheckDrawing(drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1970")));
}

}  // namespace
}  // namespace doodle
