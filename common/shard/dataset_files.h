// The files of a dataset: its manifest, its keep-list, and any of its shards, one at a time.
#ifndef DOODLE_COMMON_SHARD_DATASET_FILES_H_
#define DOODLE_COMMON_SHARD_DATASET_FILES_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/keep_list.h"
#include "common/shard/shard_reader.h"

namespace doodle {

// What it takes to open a shard. Memory: the manifest and a bit a drawing; DatasetReader holds every footer instead.
struct DatasetFiles {
  std::string directory;  // The dataset's.
  DatasetManifest manifest;
  std::string shard_directory;  // `directory`, or the base of a dataset that was cut or pruned from another.
  KeepBits keep;                // Empty: every drawing.

  std::string ShardPath(size_t shard) const;
};

// NOT_FOUND without a manifest; DATA_LOSS or FAILED_PRECONDITION as ParseManifest and for a damaged keep-list.
absl::StatusOr<DatasetFiles> OpenDatasetFiles(FileSystem& files, const std::string& directory);

// The shard with its rows marked by the keep-list. DATA_LOSS names the file that is missing, truncated or does not
// match the manifest in size, labels or counts.
absl::StatusOr<std::unique_ptr<ShardReader>> OpenDatasetShard(FileSystem& files, const DatasetFiles& dataset,
                                                              size_t shard);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_DATASET_FILES_H_
