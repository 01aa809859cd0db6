#include "common/shard/dataset_verifier.h"

#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/dataset_reader.h"
#include "common/shard/shard_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Every block of an open shard; true when none is damaged.
bool VerifyBlocks(const ShardReader& shard, const DatasetManifest& manifest, VerifyReport& report) {
  const size_t before = report.damage.size();
  for (size_t block = 0; block < shard.blocks(); ++block) {
    const auto drawings = shard.ReadBlock(block, manifest.classes);
    if (!drawings.ok()) {
      report.damage.emplace_back(drawings.status().message());
      continue;
    }
    ++report.blocks;
    report.drawings += drawings->size();
  }
  return report.damage.size() == before;
}

void VerifyShard(FileSystem& files, const std::string& path, const ShardEntry& entry, const DatasetManifest& manifest,
                 VerifyReport& report) {
  const auto shard = ShardReader::Open(files, path);
  if (!shard.ok()) {
    report.damage.emplace_back(shard.status().message());
    return;
  }
  ++report.shards;
  report.bytes += (*shard)->file_bytes();
  if (!VerifyBlocks(**shard, manifest, report)) return;  // The digest would only repeat it.
  const auto digest = Sha256OfFile(files, path);
  if (!digest.ok()) {
    report.damage.emplace_back(digest.status().message());
  } else if (*digest != entry.sha256) {
    report.damage.push_back(absl::StrCat("shard ", path, ": SHA-256 differs from the manifest's"));
  }
}

}  // namespace

absl::StatusOr<VerifyReport> VerifyDataset(FileSystem& files, const std::string& directory,
                                           const VerifyProgress& progress) {
  const std::string clause = absl::StrCat("dataset ", directory);
  DOODLE_ASSIGN_OR_RETURN(const std::string json, ReadFile(files, absl::StrCat(directory, "/", kManifestFile)), clause);
  DOODLE_ASSIGN_OR_RETURN(const DatasetManifest manifest, ParseManifest(json), clause);
  VerifyReport report;
  for (size_t i = 0; i < manifest.shards.size(); ++i) {
    const ShardEntry& entry = manifest.shards[i];
    VerifyShard(files, absl::StrCat(directory, "/", entry.file), entry, manifest, report);
    if (progress) progress(i + 1, manifest.shards.size());
  }
  if (report.ok()) {  // Counts, labels and the order from shard to shard.
    const auto reader = DatasetReader::Open(files, directory);
    if (!reader.ok()) report.damage.emplace_back(reader.status().message());
  }
  return report;
}

}  // namespace doodle
