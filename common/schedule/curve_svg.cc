#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/schedule/curve_columns.h"
#include "common/schedule/schedule_curve.h"

namespace doodle {
namespace {

// Pixels around the curve, for the scale and the title.
constexpr int kLeft = 70;
constexpr int kRight = 20;
constexpr int kTop = 32;
constexpr int kBottom = 32;

struct Frame {
  double left, top, right, bottom;
};

std::string Text(double x, double y, const char* anchor, const std::string& text) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                         absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}}));
}

std::string Line(double x1, double y1, double x2, double y2) {
  return absl::StrFormat("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#bbb\"/>\n", x1, y1, x2, y2);
}

std::string Axes(const Frame& frame, const CurveScale& scale, size_t steps) {
  std::string svg;
  for (int tick = 0; tick <= 4; ++tick) {
    const double y = frame.bottom + (frame.top - frame.bottom) * tick / 4;
    absl::StrAppend(&svg, Line(frame.left, y, frame.right, y));
    absl::StrAppend(&svg, Text(frame.left - 6, y + 4, "end",
                               absl::StrFormat("%.3g", scale.low + (scale.high - scale.low) * tick / 4)));
  }
  absl::StrAppend(&svg, Text(frame.left, frame.bottom + 18, "start", "0"));
  absl::StrAppend(&svg, Text(frame.right, frame.bottom + 18, "end", absl::StrCat(steps - 1)));
  return svg;
}

// No more points than the picture can show: beyond one value per pixel each column is a vertical stroke.
std::string Curve(const Frame& frame, const CurveScale& scale, const std::vector<double>& values) {
  const int columns =
      std::max(2, std::min(static_cast<int>(values.size()), static_cast<int>(frame.right - frame.left)));
  const std::vector<CurveColumn> points = CurveColumns(values, columns);
  std::string path;
  for (int column = 0; column < columns; ++column) {
    const double x = frame.left + (frame.right - frame.left) * column / (columns - 1);
    const auto y = [&](double value) { return frame.bottom + (frame.top - frame.bottom) * scale.Share(value); };
    absl::StrAppendFormat(&path, "%.1f,%.1f ", x, y(points[column].high));
    if (points[column].low != points[column].high) {
      absl::StrAppendFormat(&path, "%.1f,%.1f ", x, y(points[column].low));
    }
  }
  return absl::StrCat("<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"2\" points=\"", path, "\"/>\n");
}

}  // namespace

std::string PlotCurveSvg(const std::vector<double>& values, int width, int height, const std::string& title) {
  if (values.empty()) return "";
  width = std::max(width, kLeft + kRight + 10);
  height = std::max(height, kTop + kBottom + 10);
  const Frame frame{kLeft, kTop, static_cast<double>(width - kRight), static_cast<double>(height - kBottom)};
  const CurveScale scale = ScaleOf(values);
  return absl::StrCat(
      absl::StrFormat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                      "font-family=\"sans-serif\" font-size=\"12\">\n",
                      width, height, width, height),
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n", Text(width / 2.0, 20, "middle", title),
      Axes(frame, scale, values.size()), Curve(frame, scale, values), "</svg>\n");
}

}  // namespace doodle
