// What the commands of the noun `datasets` share.
#ifndef DOODLE_CLI_DATASETS_COMMAND_H_
#define DOODLE_CLI_DATASETS_COMMAND_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/command_tree.h"
#include "cli/environment.h"

namespace doodle {

// The directory of a dataset, given as a path or a URI: absolute, or s3://bucket/prefix. NOT_FOUND when it has no
// manifest; with s3:// the store's errors.
absl::StatusOr<std::string> DatasetDirectory(const Environment& environment, const std::string& uri);

// `datasets show`, `datasets split` and `prune`, `datasets export`, below the noun `datasets`.
void AddDatasetsShowCommand(Command datasets, Environment& environment);
void AddDatasetsDeriveCommands(Command datasets, Environment& environment);
void AddDatasetsExportCommand(Command datasets, Environment& environment);

}  // namespace doodle

#endif  // DOODLE_CLI_DATASETS_COMMAND_H_
