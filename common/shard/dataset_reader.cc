#include "common/shard/dataset_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/shard/dataset_files.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Splits that are cut inside a shard, or thinned by a keep-list, have counts that only the rows can prove.
absl::Status CheckSplits(const DatasetManifest& manifest, const std::vector<std::unique_ptr<ShardReader>>& shards) {
  for (const SplitEntry& split : manifest.splits) {
    uint64_t drawings = 0;
    for (uint32_t shard = split.first_shard; shard < split.end_shard; ++shard) {
      for (const ShardRow& row : shards[shard]->rows()) {
        drawings += static_cast<uint64_t>(!row.dropped() && split.Holds(row.key_hash));
      }
    }
    if (drawings != split.drawings) {
      return absl::DataLossError(
          absl::StrCat("split ", split.name, " has ", drawings, " drawings, the manifest says ", split.drawings));
    }
  }
  return absl::OkStatus();
}

}  // namespace

DatasetReader::DatasetReader(DatasetManifest manifest, std::vector<std::unique_ptr<ShardReader>> shards)
    : manifest_(std::move(manifest)), shards_(std::move(shards)) {}

absl::StatusOr<std::unique_ptr<DatasetReader>> DatasetReader::Open(FileSystem& files, const std::string& directory) {
  const std::string clause = absl::StrCat("dataset ", directory);
  DOODLE_ASSIGN_OR_RETURN(DatasetFiles dataset, OpenDatasetFiles(files, directory));
  std::vector<std::unique_ptr<ShardReader>> shards;
  uint64_t last_hash = 0;
  for (size_t i = 0; i < dataset.manifest.shards.size(); ++i) {
    DOODLE_ASSIGN_OR_RETURN(auto shard, OpenDatasetShard(files, dataset, i));
    if (!shards.empty() && shard->rows().front().key_hash <= last_hash) {
      return absl::DataLossError(absl::StrCat(clause, ": ", dataset.manifest.shards[i].file,
                                              ": keys do not follow those of the shard before"));
    }
    last_hash = shard->rows().back().key_hash;
    shards.push_back(std::move(shard));
  }
  DOODLE_RETURN_IF_ERROR(CheckSplits(dataset.manifest, shards), clause);
  return std::unique_ptr<DatasetReader>(new DatasetReader(std::move(dataset.manifest), std::move(shards)));
}

}  // namespace doodle
