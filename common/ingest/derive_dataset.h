// A dataset made of another one's shards: cut into other splits, or with drawings left out. Nothing is copied.
#ifndef DOODLE_COMMON_INGEST_DERIVE_DATASET_H_
#define DOODLE_COMMON_INGEST_DERIVE_DATASET_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/ingest/drawing_filter.h"
#include "common/ingest/split_rule.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_manifest.h"

namespace doodle {

struct DeriveOptions {
  std::string source;  // A dataset's directory; may itself be derived.
  std::string output;  // Must not exist. It refers to the shards by a relative path, so that both can move together.
  std::optional<std::vector<SplitRule>> splits;  // None: the source's own splits, thinned.
  DrawingFilter filter;
  std::optional<absl::flat_hash_set<uint64_t>> keep;  // Keys; none: all.
  absl::flat_hash_set<uint64_t> drop;                 // Keys; stronger than `keep`.
  std::function<bool()> canceled;                     // May be null.
};

struct DeriveReport {
  DatasetManifest manifest;
  uint64_t dropped = 0;       // Of the source's drawings.
  uint64_t unknown_keys = 0;  // Of `keep` and `drop`, in no drawing of the source.
};

// Reads the footers, and where drawings are left out the blocks, too, for the new sample digest. Leaves either the
// whole dataset (manifest and keep-list) at `output` or nothing.
//  - INVALID_ARGUMENT: nothing would be left, splits that do not fit, an unknown class, both paths the same, a relative
//    path to the shards that is not UTF-8.
//  - ALREADY_EXISTS: `output` is there. NOT_FOUND: `source` is not. DATA_LOSS: `source` is damaged. CANCELLED.
// Memory: one shard's footer and a block, and a bit a drawing.
absl::StatusOr<DeriveReport> DeriveDataset(FileSystem& files, const DeriveOptions& options);

// Keys of a text file: a decimal number at the start of each line, alone or before a comma; an empty line and a first
// line that begins with "key" are passed over. INVALID_ARGUMENT names the first other line.
absl::StatusOr<absl::flat_hash_set<uint64_t>> ReadKeyFile(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DERIVE_DATASET_H_
