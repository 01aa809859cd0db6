// The manifest of a dataset directory (manifest.json): classes, splits, shards with counts and checksums.
#ifndef DOODLE_COMMON_SHARD_DATASET_MANIFEST_H_
#define DOODLE_COMMON_SHARD_DATASET_MANIFEST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

struct ShardEntry {
  std::string file;  // "shard-00000.dds"
  uint64_t bytes = 0;
  std::string sha256;  // Of the whole file.
  uint64_t drawings = 0;
  std::vector<uint64_t> per_class;  // By class index.

  bool operator==(const ShardEntry&) const = default;
};

// The drawings of the shards first_shard up to (not with) end_shard whose key hash lies in [first_hash, last_hash]. At
// ingest a shard ends where a split ends and the range is everything; a split cut later may end inside a shard, which
// then belongs to both its neighbors.
struct SplitEntry {
  std::string name;
  uint32_t first_shard = 0;
  uint32_t end_shard = 0;
  uint64_t drawings = 0;
  uint64_t first_hash = 0;
  uint64_t last_hash = UINT64_MAX;

  bool cuts_shards() const { return first_hash != 0 || last_hash != UINT64_MAX; }
  bool Holds(uint64_t key_hash) const { return key_hash >= first_hash && key_hash <= last_hash; }
  bool operator==(const SplitEntry&) const = default;
};

// The file that says which drawings of the shards belong to the dataset (keep_list.h).
struct KeepEntry {
  std::string file;
  std::string sha256;

  bool operator==(const KeepEntry&) const = default;
};

struct DatasetManifest {
  uint32_t version = 2;           // ManifestVersionOf it; 1 lacks the sample digest.
  std::string digest;             // sha256 over the canonical manifest without this field: the dataset's identity.
  std::string sample_digest;      // SampleDigest of its drawings: the same whatever the shards. Empty in version 1.
  std::string base;               // Where the shards lie, relative to the dataset's folder; empty: in it.
  std::optional<KeepEntry> keep;  // Without one every drawing belongs to it.
  PointsKind points = PointsKind::kSimplified;  // Of every drawing.
  std::vector<std::string> classes;             // Sorted bytewise; a label is an index here.
  std::vector<SplitEntry> splits;               // In order of key hash; "train" is last.
  std::vector<ShardEntry> shards;
  uint64_t drawings = 0;          // Of all splits.
  uint64_t clamped_drawings = 0;  // Of the shards' drawings, read from files by the ingest: a time ran back.

  bool operator==(const DatasetManifest&) const = default;
};

inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr uint32_t kManifestVersion = 3;  // The newest that is read.
inline constexpr size_t kMaxClasses = 65536;     // A label has two bytes in a shard.

// What is written: 3 where `points` or `clamped_drawings` say something, else 2, which earlier programs read.
uint32_t ManifestVersionOf(const DatasetManifest& manifest);

// The digest of everything but `manifest.digest`.
std::string ManifestDigest(const DatasetManifest& manifest);

// One line of JSON with sorted keys; `digest` is written as it is in the struct. Texts must be UTF-8.
std::string SerializeManifest(const DatasetManifest& manifest);

// DATA_LOSS for bad JSON, a wrong digest, a base that is not relative or counts that do not add up; FAILED_PRECONDITION
// for a version that is newer than this program.
absl::StatusOr<DatasetManifest> ParseManifest(absl::string_view json);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_DATASET_MANIFEST_H_
