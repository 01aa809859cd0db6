#include "common/plan/region_window.h"

#include <algorithm>

namespace doodle {

uint32_t WindowSize(uint32_t lanes) { return std::clamp<uint32_t>((1u << 18) / lanes, 1, 65536); }

uint64_t RegionStart(uint64_t samples, uint32_t lanes, uint32_t region) {
  return region * (samples / lanes) + std::min<uint64_t>(region, samples % lanes);
}

RegionWindow WindowAt(uint64_t samples, uint32_t lanes, uint32_t region, uint64_t position) {
  const uint64_t size = RegionStart(samples, lanes, region + 1) - RegionStart(samples, lanes, region);
  const uint64_t window = WindowSize(lanes);
  const uint64_t first = window - uint64_t{region} * window / lanes;
  if (position < first) return {0, 0, std::min(size, first)};
  const uint64_t index = 1 + (position - first) / window;
  const uint64_t begin = first + (index - 1) * window;
  return {index, begin, std::min(size, begin + window)};
}

}  // namespace doodle
