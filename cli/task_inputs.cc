#include "cli/task_inputs.h"

#include <utility>

#include "cli/output_folder.h"
#include "common/ingest/input_files.h"
#include "common/status/status.h"
#include "common/storage/storage_files.h"

namespace doodle {

absl::StatusOr<std::vector<std::string>> TaskInputs(const Environment& environment,
                                                    const std::vector<std::string>& paths) {
  std::vector<std::string> inputs;
  for (const std::string& path : paths) {
    DOODLE_ASSIGN_OR_RETURN(std::string input, StoragePathOf(environment, path));
    // Of s3:// the store says why; a path may go on inside an archive.
    if (!InputExists(environment.files, input)) DOODLE_RETURN_IF_ERROR(CheckThere(environment.files, input));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace doodle
