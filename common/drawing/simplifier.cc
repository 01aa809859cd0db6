#include "common/drawing/simplifier.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr double kEpsilon = 2.0;
constexpr double kLargest = 255.0;

// Ties to the even number.
uint8_t Round(double value) { return static_cast<uint8_t>(std::clamp(std::nearbyint(value), 0.0, kLargest)); }

}  // namespace

void RawStrokes::Clear() {
  stroke_lengths.clear();
  x.clear();
  y.clear();
  times_ms.clear();
}

Simplifier::Frame Simplifier::FrameOf(const RawStrokes& raw) {
  const auto [left, right] = std::minmax_element(raw.x.begin(), raw.x.end());
  const auto [top, bottom] = std::minmax_element(raw.y.begin(), raw.y.end());
  return {*left, *top, std::max(*right - *left, *bottom - *top)};
}

absl::Status Simplifier::Resample(const RawStrokes& raw, const Frame& frame, size_t begin, size_t end) {
  const auto point = [&](size_t i) {
    const double time = raw.times_ms[i];
    if (frame.side == 0) return Point{0, 0, time};  // A drawing of one place.
    return Point{(raw.x[i] - frame.left) * kLargest / frame.side, (raw.y[i] - frame.top) * kLargest / frame.side, time};
  };
  points_.clear();
  Point from = point(begin);
  points_.push_back(from);
  double walked = 0;
  double next = 1;  // Measured from the stroke's start and not from sample to sample: errors do not add up.
  for (size_t i = begin + 1; i < end; ++i) {
    const Point to = point(i);
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double length = std::sqrt(dx * dx + dy * dy);
    if (static_cast<double>(resampled_) + walked + length > static_cast<double>(kMaxDrawingPoints)) {
      return absl::InvalidArgumentError(absl::StrCat("lines are longer than ", kMaxDrawingPoints, " units"));
    }
    for (; length > 0 && walked + length >= next; next += 1) {
      const double share = (next - walked) / length;
      points_.push_back({(1 - share) * from.x + share * to.x, (1 - share) * from.y + share * to.y,
                         from.time + share * (to.time - from.time)});
    }
    walked += length;
    from = to;
  }
  points_.push_back(from);
  resampled_ += points_.size();
  return absl::OkStatus();
}

// The point that is more than kEpsilon away and most; range.first if there is none.
size_t Simplifier::FarthestFromLine(const Range& range) const {
  const Point& from = points_[range.first];
  const double dx = points_[range.last].x - from.x;
  const double dy = points_[range.last].y - from.y;
  const double length = std::sqrt(std::fma(dx, dx, dy * dy));
  double farthest = kEpsilon;
  size_t at = range.first;
  for (size_t i = range.first + 1; i < range.last; ++i) {
    const double x = points_[i].x - from.x;
    const double y = points_[i].y - from.y;
    const double distance = length > 0 ? std::abs(dx * y - dy * x) / length : std::sqrt(x * x + y * y);
    if (distance <= farthest) continue;
    farthest = distance;
    at = i;
  }
  return at;
}

void Simplifier::MarkKept() {
  kept_.assign(points_.size(), false);
  kept_.front() = kept_.back() = true;
  open_.assign(1, {0, points_.size() - 1});
  while (!open_.empty()) {
    const Range range = open_.back();
    open_.pop_back();
    const size_t split = FarthestFromLine(range);
    if (split == range.first) continue;
    kept_[split] = true;
    open_.push_back({range.first, split});
    open_.push_back({split, range.last});
  }
}

void Simplifier::AppendKept(Drawing& drawing) const {
  const size_t before = drawing.points();
  for (size_t i = 0; i < points_.size(); ++i) {
    if (!kept_[i]) continue;
    drawing.x.push_back(Round(points_[i].x));
    drawing.y.push_back(Round(points_[i].y));
    drawing.times_ms.push_back(static_cast<uint32_t>(std::lround(points_[i].time)));
  }
  drawing.stroke_lengths.push_back(static_cast<uint32_t>(drawing.points() - before));
}

absl::Status Simplifier::Simplify(const RawStrokes& raw, Drawing& drawing) {
  drawing.stroke_lengths.clear();
  drawing.x.clear();
  drawing.y.clear();
  drawing.times_ms.clear();
  if (raw.x.empty()) return absl::OkStatus();
  resampled_ = 0;
  const Frame frame = FrameOf(raw);
  if (!std::isfinite(frame.side * kLargest)) return absl::InvalidArgumentError("coordinates too far apart to scale");
  size_t begin = 0;
  for (size_t stroke = 0; stroke < raw.stroke_lengths.size(); ++stroke) {
    const size_t end = begin + raw.stroke_lengths[stroke];
    DOODLE_RETURN_IF_ERROR(Resample(raw, frame, begin, end), absl::StrCat("stroke ", stroke));
    MarkKept();
    AppendKept(drawing);
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace doodle
