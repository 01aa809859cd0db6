// How a drawing becomes pixels: the job file's `raster` block, as plain values.
#ifndef DOODLE_COMMON_RENDER_RASTER_SPEC_H_
#define DOODLE_COMMON_RENDER_RASTER_SPEC_H_

#include <cstddef>
#include <string>
#include <vector>

namespace doodle {

// Where the drawing sits in the square: scaled by its 256-unit frame and kept at the top left, moved to the middle,
// or stretched so that its larger side fills the square.
enum class RasterFit { kTopLeft, kCenter, kStretch };

// One plane of the raster: ink 255 times the value below, on paper 0. docs/guides/rendering.md says who used each.
enum class RasterChannel {
  kInk,           // 1.
  kOrder,         // 1 for the first stroke, 13/255 less for each later one, down to 125/255.
  kRed,           // Red, green, blue: the strokes' colors go round red, yellow, green, cyan, blue, magenta, so that
  kGreen,         // strokes that follow one another share a plane.
  kBlue,          //
  kFirstThird,    // 1 for the first third of the points, else nothing.
  kTwoThirds,     // 1 for the first two thirds of the points, else nothing.
  kDelay,         // Pause before the stroke.
  kDrawTime,      // From the stroke's first point to its last.
  kNumber,        // Number of the stroke.
  kSpeed,         // Length of the piece by its duration.
  kAcceleration,  // How much the speed differs from that of the piece before.
  kPoint          // 1 at the stroke's first piece, 20/255 less for each later one, down to 125/255.
};

// The named sets of channels; kList: those of `list`.
enum class RasterChannels { kGray, kColor, kThirds, kTime, kList };

// What `line_width` and `margin` are counted in: pixels of the raster, or units of the 256-unit frame, so that they
// grow with the size.
enum class RasterUnit { kPixels, kFrame };

// What the model's input step does with the bytes: x/255, or (x/255 - mean) / deviation with ImageNet's values or
// with mean 0.5 and deviation 0.5.
enum class RasterNormalize { kNone, kImagenet, kUnit };

inline constexpr size_t kMaxRasterChannels = 8;

struct RasterSpec {
  int size = 64;  // Pixels, both sides; 8 to 1024.
  double line_width = 2.0;
  double margin = 0;  // Paper kept free on each side, outside of the lines' width.
  RasterUnit unit = RasterUnit::kPixels;
  RasterFit fit = RasterFit::kCenter;
  RasterChannels channels = RasterChannels::kGray;
  std::vector<RasterChannel> list = {};  // kList: 1 to 8 channels.
  RasterNormalize normalize = RasterNormalize::kUnit;

  bool operator==(const RasterSpec&) const = default;
};

// gray: ink. color: red, green, blue. thirds: first_third, two_thirds, ink. time: delay, draw_time, number.
std::vector<RasterChannel> ChannelsOf(const RasterSpec& spec);

// Whether one of the channels is made from the times of the points.
bool UsesTimes(const RasterSpec& spec);

// Pixels of the raster that `spec.line_width` and `spec.margin` come to.
double LineWidthInPixels(const RasterSpec& spec);
double MarginInPixels(const RasterSpec& spec);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_RASTER_SPEC_H_
