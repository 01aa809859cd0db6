// The manifest of a dataset directory (manifest.json): classes, splits, shards with counts and checksums.
#ifndef DOODLE_COMMON_SHARD_DATASET_MANIFEST_H_
#define DOODLE_COMMON_SHARD_DATASET_MANIFEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct ShardEntry {
  std::string file;  // "shard-00000.dds"
  uint64_t bytes = 0;
  std::string sha256;  // Of the whole file.
  uint64_t drawings = 0;
  std::vector<uint64_t> per_class;  // By class index.

  bool operator==(const ShardEntry&) const = default;
};

// Half-open range of shard indices: at ingest a shard ends where a split ends.
struct SplitEntry {
  std::string name;
  uint32_t first_shard = 0;
  uint32_t end_shard = 0;
  uint64_t drawings = 0;

  bool operator==(const SplitEntry&) const = default;
};

struct DatasetManifest {
  uint32_t version = 1;
  std::string digest;                // sha256 over the canonical manifest without this field: the dataset's identity.
  std::vector<std::string> classes;  // Sorted bytewise; a label is an index here.
  std::vector<SplitEntry> splits;    // In order of key hash; "train" is last.
  std::vector<ShardEntry> shards;
  uint64_t drawings = 0;

  bool operator==(const DatasetManifest&) const = default;
};

inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr uint32_t kManifestVersion = 1;
inline constexpr size_t kMaxClasses = 65536;  // A label has two bytes in a shard.

// The digest of everything but `manifest.digest`.
std::string ManifestDigest(const DatasetManifest& manifest);

// One line of JSON with sorted keys; `digest` is written as it is in the struct.
std::string SerializeManifest(const DatasetManifest& manifest);

// DATA_LOSS for bad JSON, a wrong digest or counts that do not add up; FAILED_PRECONDITION for a version that is newer
// than this program.
absl::StatusOr<DatasetManifest> ParseManifest(absl::string_view json);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_DATASET_MANIFEST_H_
