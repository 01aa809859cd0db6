// From the paths a user names to the files that are read.
#ifndef DOODLE_COMMON_INGEST_INPUT_FILES_H_
#define DOODLE_COMMON_INGEST_INPUT_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

struct InputFile {
  std::string path;
  uint64_t bytes = 0;
};

// A file stands for itself; a folder for its files ending in .ndjson, .jsonl, .csv or .bin, with or without .gz, by
// name and without descending. The order of `paths` is kept. NOT_FOUND for a missing path, INVALID_ARGUMENT for no path
// at all or a folder without such a file.
absl::StatusOr<std::vector<InputFile>> ExpandInputs(FileSystem& files, const std::vector<std::string>& paths);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_INPUT_FILES_H_
