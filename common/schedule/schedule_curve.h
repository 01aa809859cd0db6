// A curve over the steps as a picture: for the terminal and as SVG. Pure; used by `doodle lr plot`.
#ifndef DOODLE_COMMON_SCHEDULE_SCHEDULE_CURVE_H_
#define DOODLE_COMMON_SCHEDULE_SCHEDULE_CURVE_H_

#include <string>
#include <vector>

namespace doodle {

// `values[step]`, finite. A chart of `height` lines of `width` cells drawn with Braille dots (UTF-8), the scale to
// its left and the first and last step below. Several steps in one column are drawn as their range. At least 4 cells
// and 2 lines; empty for no values.
std::string PlotCurveText(const std::vector<double>& values, int width, int height);

// A standalone SVG document of `width` by `height` pixels: curve, axes, scale, `title` (escaped here).
std::string PlotCurveSvg(const std::vector<double>& values, int width, int height, const std::string& title = "");

}  // namespace doodle

#endif  // DOODLE_COMMON_SCHEDULE_SCHEDULE_CURVE_H_
