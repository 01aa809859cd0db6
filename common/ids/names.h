// Names of jobs, datasets and workers: one path component, so that a name can be a directory and never escapes one.
#ifndef DOODLE_COMMON_IDS_NAMES_H_
#define DOODLE_COMMON_IDS_NAMES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace doodle {

inline constexpr size_t kLongestName = 63;  // Bytes.

// 1 to kLongestName characters of a-z A-Z 0-9 . _ -, the first a letter or digit. INVALID_ARGUMENT names `field` and
// the first offending character.
absl::Status ValidateName(absl::string_view field, absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_IDS_NAMES_H_
