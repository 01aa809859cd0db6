// The value of each piece of a stroke in each channel: what RasterChannel says, as numbers. Internal to this folder.
#ifndef DOODLE_COMMON_RENDER_CHANNEL_VALUES_H_
#define DOODLE_COMMON_RENDER_CHANNEL_VALUES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "common/drawing/drawing.h"
#include "common/render/raster_spec.h"

namespace doodle {

// Measured values are scaled linearly from 1/8 at nothing, so that slow and early strokes stay visible, to 1 at:
inline constexpr float kFullDelayMs = 1000;
inline constexpr float kFullDrawTimeMs = 2000;
inline constexpr float kFullNumber = 16;   // Strokes before this one.
inline constexpr float kFullSpeed = 1;     // Frame units per millisecond; acceleration: their difference.
inline constexpr float kFullLength = 128;  // Frame units: speed of a drawing without times is a piece's length.

// A drawing without times: every stroke takes its length at kPlainSpeed and follows after kPlainDelayMs.
inline constexpr float kPlainSpeed = 0.25F;  // Frame units per millisecond.
inline constexpr float kPlainDelayMs = 300;

// One pass over a drawing: BeginStroke, then Write for each of its pieces in order; piece i ends at point i of the
// stroke, and a stroke of one point has the piece 0. `channels` and `drawing` must outlive it. Allocates nothing.
class ChannelValues {
 public:
  ChannelValues(absl::Span<const RasterChannel> channels, const Drawing& drawing);

  void BeginStroke(size_t first_point, size_t length);

  // Sets ink[c], 0 to 255, for each channel c.
  void Write(size_t piece, float* ink);

 private:
  void MeasurePiece(size_t piece);
  float ValueOf(RasterChannel channel, size_t piece) const;
  float LengthOfStroke() const;

  const absl::Span<const RasterChannel> channels_;
  const Drawing& drawing_;
  const bool measured_;  // Some channel needs lengths or times.

  int stroke_ = -1;
  size_t first_ = 0;
  size_t length_ = 0;
  float delay_ = 0;      // Of the stroke, milliseconds.
  float draw_time_ = 0;  // Of the stroke, milliseconds.
  float speed_ = 0;      // Of the piece, 0 to 1 and beyond.
  float change_ = 0;     // Of the speed since the piece before.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_CHANNEL_VALUES_H_
