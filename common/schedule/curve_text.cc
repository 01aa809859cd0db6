#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/schedule/curve_columns.h"
#include "common/schedule/schedule_curve.h"

namespace doodle {
namespace {

// A Braille cell is 2 dots wide and 4 high. Its code point is U+2800 plus one bit per dot; kDotBits[row][column].
constexpr int kDotsAcross = 2;
constexpr int kDotsDown = 4;
constexpr unsigned kDotBits[kDotsDown][kDotsAcross] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

std::string Utf8OfCell(unsigned dots) {
  return {static_cast<char>(0xe2), static_cast<char>(0xa0 | (dots >> 6)), static_cast<char>(0x80 | (dots & 0x3f))};
}

// Cells by line and column, as sets of dots.
std::vector<std::vector<unsigned>> DrawDots(const std::vector<double>& values, int width, int height) {
  std::vector<std::vector<unsigned>> cells(height, std::vector<unsigned>(width, 0));
  const CurveScale scale = ScaleOf(values);
  const std::vector<CurveColumn> columns = CurveColumns(values, width * kDotsAcross);
  const int rows = height * kDotsDown;
  const auto row_of = [&](double value) {
    return rows - 1 - static_cast<int>(std::lround(scale.Share(value) * (rows - 1)));
  };
  for (int x = 0; x < width * kDotsAcross; ++x) {
    for (int y = row_of(columns[x].high); y <= row_of(columns[x].low); ++y) {
      cells[y / kDotsDown][x / kDotsAcross] |= kDotBits[y % kDotsDown][x % kDotsAcross];
    }
  }
  return cells;
}

// The scale at the first, middle and last line.
std::string LabelOf(int line, int height, const CurveScale& scale) {
  if (line == 0) return absl::StrFormat("%9.3g", scale.high);
  if (line == height - 1) return absl::StrFormat("%9.3g", scale.low);
  if (2 * line == height - 1) return absl::StrFormat("%9.3g", (scale.low + scale.high) / 2);
  return std::string(9, ' ');
}

}  // namespace

std::string PlotCurveText(const std::vector<double>& values, int width, int height) {
  if (values.empty()) return "";
  width = std::max(width, 4);
  height = std::max(height, 2);
  const CurveScale scale = ScaleOf(values);
  const std::vector<std::vector<unsigned>> cells = DrawDots(values, width, height);
  std::string chart;
  for (int line = 0; line < height; ++line) {
    absl::StrAppend(&chart, LabelOf(line, height, scale), " ┤");
    for (unsigned dots : cells[line]) absl::StrAppend(&chart, Utf8OfCell(dots));
    absl::StrAppend(&chart, "\n");
  }
  const std::string last = absl::StrCat(values.size() - 1);
  const int gap = std::max<int>(1, width - 1 - static_cast<int>(last.size()));
  absl::StrAppend(&chart, std::string(11, ' '), "0", std::string(gap, ' '), last, "\n");
  return chart;
}

}  // namespace doodle
