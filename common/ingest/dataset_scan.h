// The drawings of a dataset from front to back, one shard open at a time: for work that wants each once.
#ifndef DOODLE_COMMON_INGEST_DATASET_SCAN_H_
#define DOODLE_COMMON_INGEST_DATASET_SCAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/ingest/drawing_filter.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_files.h"

namespace doodle {

struct ScanOptions {
  std::string split;  // Empty: all of them.
  DrawingFilter filter;
};

// Thread-compatible. Memory: a footer and a decoded block. `files` must outlive it.
class DatasetScan {
 public:
  // INVALID_ARGUMENT for an unknown split or class; the errors of OpenDatasetFiles.
  static absl::StatusOr<DatasetScan> Open(FileSystem& files, const std::string& directory, const ScanOptions& options);

  // The next drawing in order of key hash; false at the end. DATA_LOSS names shard and block.
  absl::StatusOr<bool> Next(Drawing& drawing);

  // Index in manifest().classes of the last drawing's word.
  uint32_t label() const { return label_; }
  const DatasetManifest& manifest() const { return dataset_.manifest; }
  // Looked at so far, wanted or not, of manifest().drawings and what the keep-list drops.
  uint64_t rows_seen() const { return rows_seen_; }

 private:
  DatasetScan(FileSystem& files, DatasetFiles dataset, FilterPass filter, std::optional<SplitEntry> split);
  absl::StatusOr<bool> NextBlock();
  bool Wants(const ShardRow& row);

  FileSystem* files_;
  DatasetFiles dataset_;
  FilterPass filter_;
  std::optional<SplitEntry> split_;
  size_t next_shard_ = 0;
  size_t end_shard_ = 0;
  std::unique_ptr<ShardReader> shard_;  // Null before the first.
  size_t next_block_ = 0;
  std::vector<Drawing> block_;
  size_t place_ = 0;  // In block_.
  uint32_t label_ = 0;
  uint64_t rows_seen_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DATASET_SCAN_H_
