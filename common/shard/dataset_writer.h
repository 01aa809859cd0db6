// Writes a dataset directory: shards of sorted drawings, split after split, and the manifest.
#ifndef DOODLE_COMMON_SHARD_DATASET_WRITER_H_
#define DOODLE_COMMON_SHARD_DATASET_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/io/atomic_directory.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/encoding_pool.h"
#include "common/shard/sample_digest.h"
#include "common/shard/shard_reader.h"
#include "common/shard/shard_writer.h"

namespace doodle {

struct DatasetWriterOptions {
  std::vector<std::string> classes;             // Sorted bytewise, each once.
  uint32_t shard_drawings = kShardDrawings;     // A multiple of kBlockDrawings, at most kShardDrawings.
  size_t threads = 1;                           // That compress blocks; the bytes do not depend on it.
  PointsKind points = PointsKind::kSimplified;  // Of every drawing.
};

// The directory appears whole at Finish or not at all:
//
//     DOODLE_ASSIGN_OR_RETURN(auto writer, DatasetWriter::Create(files, "/data/doodles", {.classes = {"cat", "dog"}}));
//     DOODLE_RETURN_IF_ERROR(writer->BeginSplit("valid"));
//     for (const Drawing& drawing : valid) DOODLE_RETURN_IF_ERROR(writer->Append(drawing));
//     DOODLE_RETURN_IF_ERROR(writer->BeginSplit("train"));
//     ...
//     DOODLE_ASSIGN_OR_RETURN(const DatasetManifest manifest, writer->Finish());
//
// Thread-compatible. `files` must outlive it.
class DatasetWriter {
 public:
  // ALREADY_EXISTS when `path` exists, INVALID_ARGUMENT for bad options, such as a class that is no word (CheckWord).
  static absl::StatusOr<std::unique_ptr<DatasetWriter>> Create(FileSystem& files, const std::string& path,
                                                               DatasetWriterOptions options);
  // Into a directory that the caller began.
  static absl::StatusOr<std::unique_ptr<DatasetWriter>> Create(std::unique_ptr<AtomicDirectory> directory,
                                                               DatasetWriterOptions options);

  // Ends the split before, and with it its last shard. INVALID_ARGUMENT for a bad or repeated name.
  absl::Status BeginSplit(const std::string& name);

  // Rising key hash over all splits. INVALID_ARGUMENT for a word that is no class, a bad drawing or one whose points
  // are of the other kind.
  absl::Status Append(const Drawing& drawing);

  // Writes the manifest and makes the directory appear. FAILED_PRECONDITION without a split. Once.
  absl::StatusOr<DatasetManifest> Finish();

 private:
  DatasetWriter(std::unique_ptr<AtomicDirectory> directory, DatasetWriterOptions options);
  absl::Status OpenShard();
  absl::Status CloseShard();
  absl::Status EndSplit();

  const std::unique_ptr<AtomicDirectory> directory_;
  const uint32_t shard_drawings_;
  absl::flat_hash_map<std::string, uint32_t> label_of_;
  DatasetManifest manifest_;
  SampleDigest sample_digest_;
  std::unique_ptr<EncodingPool> encoder_;
  std::unique_ptr<ShardWriter> shard_;  // Null between shards.
  uint64_t last_hash_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_DATASET_WRITER_H_
