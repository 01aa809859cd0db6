#include "common/schedule/curve_columns.h"

#include <algorithm>

namespace doodle {

std::vector<CurveColumn> CurveColumns(const std::vector<double>& values, int columns) {
  const size_t count = values.size();
  std::vector<CurveColumn> result;
  for (int column = 0; column < columns; ++column) {
    const size_t begin = std::min(count - 1, count * column / columns);
    const size_t end = std::max(begin + 1, count * (column + 1) / columns);
    const auto [low, high] =
        std::minmax_element(values.begin() + static_cast<int64_t>(begin), values.begin() + static_cast<int64_t>(end));
    result.push_back({*low, *high});
  }
  return result;
}

CurveScale ScaleOf(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  CurveScale scale{std::min(0.0, *low), *high};
  if (scale.high <= scale.low) scale.high = scale.low + 1;
  return scale;
}

}  // namespace doodle
