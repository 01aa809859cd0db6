#include "common/render/augmenter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "common/ids/hash64.h"

namespace doodle {
namespace {

// What a number is drawn for. DO NOT CHANGE: another value is other pixels for the same job.
enum Choice : uint64_t { kFlip = 1, kAngle = 2, kSize = 3, kMoveX = 4, kMoveY = 5, kStroke = 6, kPoint = 7, kTime = 8 };

// Uniform in 0 to below 1.
double Uniform(uint64_t sample, Choice choice, uint64_t index = 0) {
  const uint64_t bits = HashCombine(HashCombine(sample, choice), index);
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

double Symmetric(uint64_t sample, Choice choice, uint64_t index = 0) { return 2 * Uniform(sample, choice, index) - 1; }

void CopyPoint(const Drawing& from, size_t point, Drawing& to) {
  to.x.push_back(from.x[point]);
  to.y.push_back(from.y[point]);
  if (from.has_times()) to.times_ms.push_back(from.times_ms[point]);
  if (!from.is_raw()) return;
  to.raw_x.push_back(from.raw_x[point]);
  to.raw_y.push_back(from.raw_y[point]);
}

}  // namespace

Augmenter::Augmenter(const AugmentSpec& spec, uint64_t seed)
    : spec_(spec), seed_(seed), changes_points_(spec.point_drop > 0 || spec.stroke_drop > 0 || spec.time_jitter > 0) {}

AffineMap Augmenter::MapOf(uint64_t sample) const {
  AffineMap map;
  const double angle = spec_.rotate * Symmetric(sample, kAngle) * std::acos(-1.0) / 180;
  const double size = 1 + spec_.scale * Symmetric(sample, kSize);
  const double mirror = Uniform(sample, kFlip) < spec_.hflip ? -1 : 1;
  map.xx = static_cast<float>(mirror * size * std::cos(angle));
  map.xy = static_cast<float>(-size * std::sin(angle));
  map.yx = static_cast<float>(mirror * size * std::sin(angle));
  map.yy = static_cast<float>(size * std::cos(angle));
  map.move_x = static_cast<float>(spec_.shift * Symmetric(sample, kMoveX));
  map.move_y = static_cast<float>(spec_.shift * Symmetric(sample, kMoveY));
  return map;
}

void Augmenter::DropParts(const Drawing& drawing, uint64_t sample, Drawing& out) const {
  out.key_id = drawing.key_id;
  out.ClearStrokes();
  out.fit = drawing.fit;
  // Whatever a later epoch keeps fits.
  out.stroke_lengths.reserve(drawing.stroke_lengths.size());
  out.x.reserve(drawing.points());
  out.y.reserve(drawing.points());
  out.times_ms.reserve(drawing.times_ms.size());
  out.raw_x.reserve(drawing.raw_x.size());
  out.raw_y.reserve(drawing.raw_y.size());
  // The stroke with the highest number stays, so that a drawing never comes out empty.
  size_t kept = 0;
  for (size_t s = 1; s < drawing.stroke_lengths.size(); ++s) {
    if (Uniform(sample, kStroke, s) > Uniform(sample, kStroke, kept)) kept = s;
  }
  size_t point = 0;
  for (size_t s = 0; s < drawing.stroke_lengths.size(); ++s) {
    const size_t end = point + drawing.stroke_lengths[s];
    const bool keep = s == kept || Uniform(sample, kStroke, s) >= spec_.stroke_drop;
    const size_t before = out.points();
    for (const size_t first = point; point < end && keep; ++point) {
      const bool inner = point > first && point + 1 < end;
      if (!inner || Uniform(sample, kPoint, point) >= spec_.point_drop) CopyPoint(drawing, point, out);
    }
    point = end;
    if (keep) out.stroke_lengths.push_back(static_cast<uint32_t>(out.points() - before));
  }
}

void Augmenter::JitterTimes(uint64_t sample, Drawing& drawing) const {
  if (!drawing.has_times()) return;
  double time = drawing.times_ms.front();
  double before = time;
  for (size_t point = 1; point < drawing.points(); ++point) {
    const double now = drawing.times_ms[point];
    time += std::max(now - before, 0.0) * (1 + spec_.time_jitter * Symmetric(sample, kTime, point));
    before = now;
    drawing.times_ms[point] = static_cast<uint32_t>(std::lround(time));
  }
}

void Augmenter::Apply(const Drawing& drawing, uint64_t epoch, AugmentedDrawing& result) const {
  const uint64_t sample = HashCombine(HashCombine(seed_, epoch), drawing.key_id);
  const bool mapped = spec_.hflip > 0 || spec_.rotate > 0 || spec_.scale > 0 || spec_.shift > 0;
  result.map = mapped ? MapOf(sample) : AffineMap();
  result.drawing = &drawing;
  if (!changes_points_) return;
  DropParts(drawing, sample, result.changed);
  JitterTimes(sample, result.changed);
  result.drawing = &result.changed;
}

}  // namespace doodle
