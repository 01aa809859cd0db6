#include "cli/task_inputs.h"

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

absl::StatusOr<std::vector<std::string>> TaskInputs(const Environment& environment,
                                                    const std::vector<std::string>& paths) {
  std::vector<std::string> inputs;
  for (const std::string& path : paths) {
    DOODLE_ASSIGN_OR_RETURN(const std::string local, LocalPath(path));
    inputs.push_back(AbsolutePath(environment, local));
    if (!environment.files.Exists(inputs.back())) {
      return absl::NotFoundError(absl::StrCat("no file or folder ", inputs.back()));
    }
  }
  return inputs;
}

}  // namespace doodle
