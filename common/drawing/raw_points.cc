#include "common/drawing/raw_points.h"

#include <algorithm>
#include <cmath>

namespace doodle {
namespace {

constexpr double kLargest = 255.0;

void Place(const std::vector<float>& raw, float corner, float scale, std::vector<uint8_t>& grid) {
  grid.resize(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    const double value = (double{raw[i]} - corner) * scale;
    grid[i] = static_cast<uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, kLargest));
  }
}

}  // namespace

void FitToGrid(Drawing& drawing) {
  if (!drawing.is_raw()) return;
  const auto [left, right] = std::minmax_element(drawing.raw_x.begin(), drawing.raw_x.end());
  const auto [top, bottom] = std::minmax_element(drawing.raw_y.begin(), drawing.raw_y.end());
  const double side = std::max(double{*right} - *left, double{*bottom} - *top);
  const auto scale = static_cast<float>(kLargest / side);
  drawing.fit = {*left, *top, std::isfinite(scale) ? scale : 0};  // A side too small to divide by is one place.
  Place(drawing.raw_x, drawing.fit.left, drawing.fit.scale, drawing.x);
  Place(drawing.raw_y, drawing.fit.top, drawing.fit.scale, drawing.y);
}

void KeepRaw(const RawStrokes& raw, Drawing& drawing) {
  drawing.ClearStrokes();
  drawing.stroke_lengths = raw.stroke_lengths;
  drawing.times_ms = raw.times_ms;
  drawing.raw_x.assign(raw.x.begin(), raw.x.end());
  drawing.raw_y.assign(raw.y.begin(), raw.y.end());
  FitToGrid(drawing);
}

}  // namespace doodle
