// Time stamps as the drawings' files write them.
#ifndef DOODLE_COMMON_INGEST_TIMESTAMP_H_
#define DOODLE_COMMON_INGEST_TIMESTAMP_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

// "2017-03-02 23:25:10.07453 UTC" to Unix milliseconds, rounded down; fraction and " UTC" may be missing. Years 1970 to
// 9999. INVALID_ARGUMENT for anything else.
absl::StatusOr<int64_t> ParseTimestamp(absl::string_view text);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_TIMESTAMP_H_
