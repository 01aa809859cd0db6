// How training varies the drawings: the job file's `augment` block, as plain values.
#ifndef DOODLE_COMMON_RENDER_AUGMENT_SPEC_H_
#define DOODLE_COMMON_RENDER_AUGMENT_SPEC_H_

namespace doodle {

// Zero everywhere: nothing is changed.
struct AugmentSpec {
  double hflip = 0;        // Probability of left and right changing places.
  double rotate = 0;       // Degrees: the angle is between -rotate and rotate. 0 to 180.
  double scale = 0;        // The size is between 1 - scale and 1 + scale times. 0 to below 1.
  double shift = 0;        // Shares of the raster: the move is up to this to each side. 0 to 1.
  double point_drop = 0;   // Probability of each point; a stroke keeps its first and its last.
  double stroke_drop = 0;  // Probability of each stroke; a drawing keeps at least one.
  double time_jitter = 0;  // Each duration between points is between 1 - jitter and 1 + jitter times. 0 to 1.

  bool operator==(const AugmentSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_AUGMENT_SPEC_H_
