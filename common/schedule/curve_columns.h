// A curve reduced to the columns of a picture. Used by the two drawings of schedule_curve.h.
#ifndef DOODLE_COMMON_SCHEDULE_CURVE_COLUMNS_H_
#define DOODLE_COMMON_SCHEDULE_CURVE_COLUMNS_H_

#include <vector>

namespace doodle {

// Lowest and highest value of a column.
struct CurveColumn {
  double low = 0;
  double high = 0;
};

struct CurveScale {
  double low = 0;
  double high = 1;  // Above `low`, also for a flat curve.

  double Share(double value) const { return (value - low) / (high - low); }  // 0 at low, 1 at high.
};

// `columns` of them, each the range of the values that fall into it, or its nearest value where there are fewer
// values than columns. `values` is not empty.
std::vector<CurveColumn> CurveColumns(const std::vector<double>& values, int columns);

// From 0 (or the lowest value, if negative) to the highest value.
CurveScale ScaleOf(const std::vector<double>& values);

}  // namespace doodle

#endif  // DOODLE_COMMON_SCHEDULE_CURVE_COLUMNS_H_
