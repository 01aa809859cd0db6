#include "common/time/backoff.h"

#include <algorithm>

namespace doodle {

absl::Duration BackoffDelay(const BackoffOptions& options, int attempt, uint64_t random) {
  absl::Duration whole = options.first;
  for (int i = 0; i < attempt && whole < options.cap; ++i) whole *= 2;
  whole = std::min(whole, options.cap);
  const double share = 0.5 + 0.5 * static_cast<double>(random >> 11) * 0x1p-53;
  return whole * share;
}

}  // namespace doodle
