#include "common/schedule/schedule_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

std::vector<double> Ramp(int steps) {
  std::vector<double> values;
  for (int step = 0; step < steps; ++step) values.push_back(step);
  return values;
}

// Text of one line, behind its scale, as Braille cells of three bytes.
std::vector<std::string> Cells(const std::string& chart, int line) {
  const std::string text = std::vector<std::string>(absl::StrSplit(chart, '\n')).at(line);
  const std::string dots = text.substr(text.find("┤") + 3);
  std::vector<std::string> cells;
  for (size_t i = 0; i + 3 <= dots.size(); i += 3) cells.push_back(dots.substr(i, 3));
  return cells;
}

TEST(PlotCurveText, ARampRunsFromTheLowerLeftToTheUpperRight) {
  const std::string chart = PlotCurveText(Ramp(16), 8, 4);
  for (int line = 0; line < 4; ++line) {
    const std::vector<std::string> cells = Cells(chart, line);
    ASSERT_EQ(cells.size(), 8u);
    for (int column = 0; column < 8; ++column) {
      EXPECT_EQ(cells[column] != "⠀", column / 2 == 3 - line) << "line " << line << " column " << column;
    }
  }
}

TEST(PlotCurveText, ShowsTheScaleAndTheFirstAndLastStep) {
  const std::string chart = PlotCurveText(Ramp(201), 40, 5);
  const std::vector<std::string> lines = absl::StrSplit(chart, '\n');
  EXPECT_THAT(lines.at(0), HasSubstr("200 ┤"));
  EXPECT_THAT(lines.at(2), HasSubstr("100 ┤"));
  EXPECT_THAT(lines.at(4), HasSubstr(" 0 ┤"));
  EXPECT_EQ(lines.at(5), std::string(11, ' ') + "0" + std::string(36, ' ') + "200");
}

TEST(PlotCurveText, AFlatCurveAndASingleStepAreDrawn) {
  EXPECT_EQ(Cells(PlotCurveText({3.0, 3.0, 3.0}, 4, 2), 0).at(0), "⠉");
  EXPECT_EQ(Cells(PlotCurveText({0.0}, 4, 2), 1).at(3), "⣀");
  EXPECT_EQ(PlotCurveText({}, 10, 5), "");
}

// A spike of one step among many must not vanish between columns.
TEST(PlotCurveText, KeepsAPeakThatIsNarrowerThanAColumn) {
  std::vector<double> values(10000, 0.1);
  values[5000] = 1;
  const std::vector<std::string> top = Cells(PlotCurveText(values, 10, 4), 0);
  EXPECT_EQ(std::count(top.begin(), top.end(), "⠀"), 9);
}

TEST(PlotCurveSvg, IsADocumentWithCurveScaleAndEscapedTitle) {
  const std::string svg = PlotCurveSvg(Ramp(101), 640, 320, "lr < 1 & more");
  EXPECT_THAT(svg, HasSubstr("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"320\""));
  EXPECT_THAT(svg, HasSubstr("lr &lt; 1 &amp; more"));
  EXPECT_THAT(svg, HasSubstr("points=\"70.0,288.0 "));
  EXPECT_THAT(svg, HasSubstr("620.0,32.0 \"/>"));
  EXPECT_THAT(svg, HasSubstr(">100</text>"));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(PlotCurveSvg, ALongCurveStaysSmall) { EXPECT_LT(PlotCurveSvg(Ramp(1000000), 640, 320).size(), 40000u); }

}  // namespace
}  // namespace doodle
