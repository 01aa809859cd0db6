// The version of this build, as CMakeLists.txt names it.
#ifndef DOODLE_COMMON_IDS_VERSION_H_
#define DOODLE_COMMON_IDS_VERSION_H_

#include "absl/strings/string_view.h"

namespace doodle {

absl::string_view Version();  // "0.1.0". Static storage; thread-safe.

}  // namespace doodle

#endif  // DOODLE_COMMON_IDS_VERSION_H_
