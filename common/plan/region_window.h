// Regions of an epoch and the windows inside them: where a lane reads, and how far it shuffles. Pure functions.
#ifndef DOODLE_COMMON_PLAN_REGION_WINDOW_H_
#define DOODLE_COMMON_PLAN_REGION_WINDOW_H_

#include <cstdint>

namespace doodle {

// W: positions of a lane that are shuffled together, clamp(2^18 / C, 1, 65536).
uint32_t WindowSize(uint32_t lanes);

// First ordinal of region k of an epoch of N samples cut into C regions; k = C gives N.
uint64_t RegionStart(uint64_t samples, uint32_t lanes, uint32_t region);

// A window of a region, in positions of the region: [begin, end).
struct RegionWindow {
  uint64_t index = 0;
  uint64_t begin = 0;
  uint64_t end = 0;

  bool operator==(const RegionWindow&) const = default;
};

// The window that holds `position`. Region k's first window is short by floor(k*W/C), so that the lanes open their
// windows at different steps and reading stays even.
RegionWindow WindowAt(uint64_t samples, uint32_t lanes, uint32_t region, uint64_t position);

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_REGION_WINDOW_H_
