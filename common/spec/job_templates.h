// Job files to start from: what `doodle init NAME` writes.
#ifndef DOODLE_COMMON_SPEC_JOB_TEMPLATES_H_
#define DOODLE_COMMON_SPEC_JOB_TEMPLATES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

// A commented YAML job file. UNIMPLEMENTED for silver, gold and modern, whose models are not built yet;
// INVALID_ARGUMENT with the nearest name for any other. Thread-safe.
absl::StatusOr<std::string> JobTemplate(absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_JOB_TEMPLATES_H_
