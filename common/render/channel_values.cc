#include "common/render/channel_values.h"

#include <algorithm>
#include <cmath>

#include "common/render/placement.h"

namespace doodle {
namespace {

bool IsMeasured(RasterChannel channel) {
  switch (channel) {
    case RasterChannel::kDelay:
    case RasterChannel::kDrawTime:
    case RasterChannel::kSpeed:
    case RasterChannel::kAcceleration:
      return true;
    default:
      return false;
  }
}

float Scaled(float value, float full) { return 0.125F + 0.875F * std::min(std::max(value / full, 0.0F), 1.0F); }

// Kaggle's kernels: 255, a step less for each, down to 125.
float Fading(size_t number, float step) { return std::max(1 - step / 255 * static_cast<float>(number), 125.0F / 255); }

// Plane 0 red, 1 green, 2 blue of the stroke's color.
float Palette(int stroke, int plane) {
  constexpr float kColors[6][3] = {{1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 1, 1}, {0, 0, 1}, {1, 0, 1}};
  return kColors[stroke % 6][plane];
}

float Distance(const Drawing& drawing, size_t a, size_t b) {
  const FramePoint from = FramePointOf(drawing, a);
  const FramePoint to = FramePointOf(drawing, b);
  const float dx = to.x - from.x;
  const float dy = to.y - from.y;
  return std::sqrt(dx * dx + dy * dy);
}

float Milliseconds(const Drawing& drawing, size_t from, size_t to) {
  return static_cast<float>(drawing.times_ms[to]) - static_cast<float>(drawing.times_ms[from]);
}

}  // namespace

ChannelValues::ChannelValues(absl::Span<const RasterChannel> channels, const Drawing& drawing)
    : channels_(channels), drawing_(drawing), measured_(std::any_of(channels.begin(), channels.end(), IsMeasured)) {}

float ChannelValues::LengthOfStroke() const {
  float length = 0;
  for (size_t point = first_ + 1; point < first_ + length_; ++point) length += Distance(drawing_, point - 1, point);
  return length;
}

void ChannelValues::BeginStroke(size_t first_point, size_t length) {
  ++stroke_;
  first_ = first_point;
  length_ = length;
  if (!measured_) return;
  if (drawing_.has_times()) {
    delay_ = stroke_ == 0 ? 0 : Milliseconds(drawing_, first_ - 1, first_);
    draw_time_ = Milliseconds(drawing_, first_, first_ + length_ - 1);
  } else {
    delay_ = stroke_ == 0 ? 0 : kPlainDelayMs;
    draw_time_ = LengthOfStroke() / kPlainSpeed;
  }
  speed_ = change_ = 0;
}

void ChannelValues::MeasurePiece(size_t piece) {
  if (piece == 0) return;
  const size_t end = first_ + piece;
  const float length = Distance(drawing_, end - 1, end);
  // Times are whole milliseconds and may stand still.
  const float speed = drawing_.has_times() ? length / std::max(Milliseconds(drawing_, end - 1, end), 1.0F) / kFullSpeed
                                           : length / kFullLength;
  change_ = piece == 1 ? 0 : std::abs(speed - speed_);
  speed_ = speed;
}

float ChannelValues::ValueOf(RasterChannel channel, size_t piece) const {
  switch (channel) {
    case RasterChannel::kInk:
      return 1;
    case RasterChannel::kOrder:
      return Fading(static_cast<size_t>(stroke_), 13);
    case RasterChannel::kRed:
      return Palette(stroke_, 0);
    case RasterChannel::kGreen:
      return Palette(stroke_, 1);
    case RasterChannel::kBlue:
      return Palette(stroke_, 2);
    case RasterChannel::kFirstThird:
      return (first_ + piece) * 3 < drawing_.points() ? 1 : 0;
    case RasterChannel::kTwoThirds:
      return (first_ + piece) * 3 < drawing_.points() * 2 ? 1 : 0;
    case RasterChannel::kDelay:
      return Scaled(delay_, kFullDelayMs);
    case RasterChannel::kDrawTime:
      return Scaled(draw_time_, kFullDrawTimeMs);
    case RasterChannel::kNumber:
      return Scaled(static_cast<float>(stroke_), kFullNumber);
    case RasterChannel::kSpeed:
      return Scaled(speed_, 1);
    case RasterChannel::kAcceleration:
      return Scaled(change_, 1);
    case RasterChannel::kPoint:
      return Fading(piece == 0 ? 0 : piece - 1, 20);
  }
  return 0;
}

void ChannelValues::Write(size_t piece, float* ink) {
  if (measured_) MeasurePiece(piece);
  for (size_t c = 0; c < channels_.size(); ++c) ink[c] = ValueOf(channels_[c], piece) * 255;
}

}  // namespace doodle
