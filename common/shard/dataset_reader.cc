#include "common/shard/dataset_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::StatusOr<DatasetManifest> ReadManifest(FileSystem& files, const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/", kManifestFile);
  DOODLE_ASSIGN_OR_RETURN(const std::string json, ReadFile(files, path));
  return ParseManifest(json);
}

absl::Status CheckShard(const ShardReader& shard, const ShardEntry& entry) {
  if (shard.file_bytes() != entry.bytes) return absl::DataLossError("size differs from the manifest's");
  std::vector<uint64_t> per_class(entry.per_class.size());
  for (const ShardRow& row : shard.rows()) {
    if (row.label >= per_class.size()) return absl::DataLossError("a label is not in the manifest");
    ++per_class[row.label];
  }
  if (per_class != entry.per_class) return absl::DataLossError("counts differ from the manifest's");
  return absl::OkStatus();
}

}  // namespace

DatasetReader::DatasetReader(DatasetManifest manifest, std::vector<std::unique_ptr<ShardReader>> shards)
    : manifest_(std::move(manifest)), shards_(std::move(shards)) {}

absl::StatusOr<std::unique_ptr<DatasetReader>> DatasetReader::Open(FileSystem& files, const std::string& directory) {
  const std::string clause = absl::StrCat("dataset ", directory);
  DOODLE_ASSIGN_OR_RETURN(DatasetManifest manifest, ReadManifest(files, directory), clause);
  std::vector<std::unique_ptr<ShardReader>> shards;
  uint64_t last_hash = 0;
  for (const ShardEntry& entry : manifest.shards) {
    auto shard = ShardReader::Open(files, absl::StrCat(directory, "/", entry.file));
    if (absl::IsNotFound(shard.status()))
      return absl::DataLossError(absl::StrCat(clause, ": ", shard.status().message()));
    DOODLE_RETURN_IF_ERROR(shard.status(), clause);
    DOODLE_RETURN_IF_ERROR(CheckShard(**shard, entry), absl::StrCat(clause, ": ", entry.file));
    if (!shards.empty() && (*shard)->rows().front().key_hash <= last_hash) {
      return absl::DataLossError(
          absl::StrCat(clause, ": ", entry.file, ": keys do not follow those of the shard before"));
    }
    last_hash = (*shard)->rows().back().key_hash;
    shards.push_back(*std::move(shard));
  }
  return std::unique_ptr<DatasetReader>(new DatasetReader(std::move(manifest), std::move(shards)));
}

}  // namespace doodle
