#include "common/plan/lanes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kMostLanes = 256;

uint64_t CeilDivide(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

bool Fits(uint64_t global_batch, uint32_t lanes, uint64_t ranks) {
  return ranks * LanesPerRankAtLeast(global_batch, lanes) <= lanes;
}

// Multiples of 256 serve as many ranks as any batch does, so the search ends within 512 of where it began.
std::optional<uint64_t> NearestGlobalBatch(uint64_t global_batch, uint64_t ranks) {
  if (!Fits(2 * kMostLanes, kMostLanes, ranks)) return std::nullopt;
  for (uint64_t distance = 1;; ++distance) {
    const uint64_t above = global_batch + distance;
    if (Fits(above, DefaultLanes(above), ranks)) return above;
    if (distance >= global_batch) continue;
    const uint64_t below = global_batch - distance;
    if (Fits(below, DefaultLanes(below), ranks)) return below;
  }
}

bool AllPositive(const std::vector<double>& weights) {
  return std::all_of(weights.begin(), weights.end(), [](double w) { return std::isfinite(w) && w > 0; });
}

}  // namespace

uint32_t DefaultLanes(uint64_t global_batch) {
  uint64_t divisor = std::min(global_batch, kMostLanes);
  while (global_batch % divisor != 0) --divisor;
  if (divisor >= std::min<uint64_t>(global_batch, 64)) return static_cast<uint32_t>(divisor);
  return static_cast<uint32_t>(CeilDivide(global_batch, CeilDivide(global_batch, kMostLanes)));
}

uint32_t LanesPerRankAtLeast(uint64_t global_batch, uint32_t lanes) {
  return static_cast<uint32_t>(CeilDivide(2 * uint64_t{lanes}, global_batch));
}

absl::Status CheckRanks(uint64_t global_batch, uint32_t lanes, uint32_t max_ranks) {
  if (Fits(global_batch, lanes, max_ranks)) return absl::OkStatus();
  const std::optional<uint64_t> nearest = NearestGlobalBatch(global_batch, max_ranks);
  const std::string advice = nearest ? absl::StrCat("the nearest that does is ", *nearest)
                                     : absl::StrCat("none does; at most ", kMostLanes, " ranks");
  return InvalidField("global_batch", absl::StrCat(global_batch, " does not give each of ", max_ranks,
                                                   " ranks two samples in every step; ", advice));
}

std::vector<uint32_t> LaneBoundaries(uint32_t lanes, uint64_t global_batch, const std::vector<double>& weights) {
  const uint64_t ranks = weights.size();
  if (ranks == 0 || !AllPositive(weights) || !Fits(global_batch, lanes, ranks)) return {};
  double total = 0;
  for (double weight : weights) total += weight;
  if (!std::isfinite(total)) return {};
  const int64_t least = LanesPerRankAtLeast(global_batch, lanes);
  std::vector<uint32_t> boundaries = {0};
  double before = 0;
  for (uint64_t rank = 1; rank <= ranks; ++rank) {
    before += weights[rank - 1];
    // Rounded apart from the product: a fused multiply-add would differ between machines.
    const double share = before / total * lanes;
    const int64_t low = boundaries.back() + least;
    const int64_t high = lanes - static_cast<int64_t>(ranks - rank) * least;
    boundaries.push_back(static_cast<uint32_t>(std::clamp<int64_t>(std::llround(share), low, high)));
  }
  boundaries.back() = lanes;
  return boundaries;
}

}  // namespace doodle
