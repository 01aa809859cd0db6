// The PATH arguments of a command that reads drawings.
#ifndef DOODLE_CLI_TASK_INPUTS_H_
#define DOODLE_CLI_TASK_INPUTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/environment.h"

namespace doodle {

// Absolute local paths; a path may be a file:// URI. NOT_FOUND names the one that is not there.
absl::StatusOr<std::vector<std::string>> TaskInputs(const Environment& environment,
                                                    const std::vector<std::string>& paths);

}  // namespace doodle

#endif  // DOODLE_CLI_TASK_INPUTS_H_
