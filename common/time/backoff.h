// How long to wait before the next try: doubled from a first value up to a cap, with jitter.
#ifndef DOODLE_COMMON_TIME_BACKOFF_H_
#define DOODLE_COMMON_TIME_BACKOFF_H_

#include <cstdint>

#include "absl/time/time.h"

namespace doodle {

struct BackoffOptions {
  absl::Duration first = absl::Milliseconds(100);
  absl::Duration cap = absl::Seconds(1);
};

// The wait before try number `attempt` (from 0). `random` is any 64-bit value; the wait is between half and the whole
// of the doubled value. Pure.
absl::Duration BackoffDelay(const BackoffOptions& options, int attempt, uint64_t random);

}  // namespace doodle

#endif  // DOODLE_COMMON_TIME_BACKOFF_H_
