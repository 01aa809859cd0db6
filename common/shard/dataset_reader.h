// A dataset on disk: manifest, footers and drawings by position. docs/formats/shard.md has the bytes.
//
//     DOODLE_ASSIGN_OR_RETURN(auto dataset, DatasetReader::Open(LocalFileSystem(), "datasets/quickdraw"));
//     const ShardReader& shard = dataset->shard(0);     // rows() without reading a block; blocks by index
#ifndef DOODLE_COMMON_SHARD_DATASET_READER_H_
#define DOODLE_COMMON_SHARD_DATASET_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/shard_reader.h"

namespace doodle {

// Opens every shard's footer at Open; blocks are read and checked when asked for. Thread-safe. `files` must outlive it.
class DatasetReader {
 public:
  // DATA_LOSS names the file that is missing, truncated or does not match the manifest.
  static absl::StatusOr<std::unique_ptr<DatasetReader>> Open(FileSystem& files, const std::string& directory);

  const DatasetManifest& manifest() const { return manifest_; }
  size_t shards() const { return shards_.size(); }
  // `index` below shards(), in the manifest's order: key hashes rise from shard to shard.
  const ShardReader& shard(size_t index) const { return *shards_[index]; }

 private:
  DatasetReader(DatasetManifest manifest, std::vector<std::unique_ptr<ShardReader>> shards);

  const DatasetManifest manifest_;
  const std::vector<std::unique_ptr<ShardReader>> shards_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_DATASET_READER_H_
