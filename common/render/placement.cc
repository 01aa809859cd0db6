#include "common/render/placement.h"

#include <algorithm>

namespace doodle {
namespace {

struct Box {
  float middle_x = 0;
  float middle_y = 0;
  float side = 0;  // The larger one.
};

Box RawBoxOf(const Drawing& drawing) {
  const auto [left, right] = std::minmax_element(drawing.raw_x.begin(), drawing.raw_x.end());
  const auto [top, bottom] = std::minmax_element(drawing.raw_y.begin(), drawing.raw_y.end());
  const Drawing::Fit& fit = drawing.fit;
  const float width = (*right - *left) * fit.scale;
  const float height = (*bottom - *top) * fit.scale;
  return {(*left - fit.left) * fit.scale + width / 2, (*top - fit.top) * fit.scale + height / 2,
          std::max(width, height)};
}

Box BoxOf(const Drawing& drawing) {
  if (drawing.is_raw()) return RawBoxOf(drawing);
  const auto [left, right] = std::minmax_element(drawing.x.begin(), drawing.x.end());
  const auto [top, bottom] = std::minmax_element(drawing.y.begin(), drawing.y.end());
  return {static_cast<float>(*left + *right) / 2, static_cast<float>(*top + *bottom) / 2,
          static_cast<float>(std::max(*right - *left, *bottom - *top))};
}

}  // namespace

Placement::Placement(const Drawing& drawing, int size, float width, float margin, RasterFit fit, const AffineMap& map) {
  const auto pixels = static_cast<float>(size);
  const float room = pixels - width - 2 * margin;
  float scale = room / 255;
  origin_ = {width / 2 + margin, width / 2 + margin};
  const bool moved = map != AffineMap();
  if (fit == RasterFit::kTopLeft && !moved) {
    xx_ = yy_ = scale;
    xy_ = yx_ = 0;
    return;
  }
  const Box box = BoxOf(drawing);
  if (fit == RasterFit::kStretch && box.side > 0) scale = room / box.side;
  // Where the drawing's middle goes, before and after the map.
  PixelPoint middle{pixels / 2, pixels / 2};
  if (fit == RasterFit::kTopLeft) middle = {origin_.x + scale * box.middle_x, origin_.y + scale * box.middle_y};
  xx_ = scale * map.xx;
  xy_ = scale * map.xy;
  yx_ = scale * map.yx;
  yy_ = scale * map.yy;
  origin_.x = middle.x + map.move_x * pixels - xx_ * box.middle_x - xy_ * box.middle_y;
  origin_.y = middle.y + map.move_y * pixels - yx_ * box.middle_x - yy_ * box.middle_y;
}

}  // namespace doodle
