#include "common/ids/version.h"

namespace doodle {

absl::string_view Version() { return DOODLE_VERSION; }

}  // namespace doodle
