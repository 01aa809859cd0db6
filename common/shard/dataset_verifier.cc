#include "common/shard/dataset_verifier.h"

#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/shard/dataset_files.h"
#include "common/shard/dataset_reader.h"
#include "common/shard/sample_digest.h"
#include "common/shard/shard_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Every block of an open shard; true when none is damaged.
bool VerifyBlocks(const ShardReader& shard, const DatasetManifest& manifest, SampleDigest& samples,
                  VerifyReport& report) {
  const size_t before = report.damage.size();
  for (size_t block = 0; block < shard.blocks(); ++block) {
    const auto drawings = shard.ReadBlock(block, manifest.classes);
    if (!drawings.ok()) {
      report.damage.emplace_back(drawings.status().message());
      continue;
    }
    ++report.blocks;
    for (size_t i = 0; i < drawings->size(); ++i) {
      if (shard.rows()[block * kBlockDrawings + i].dropped()) continue;
      ++report.drawings;
      samples.Add((*drawings)[i]);
    }
  }
  return report.damage.size() == before;
}

void VerifyShard(FileSystem& files, const DatasetFiles& dataset, size_t index, SampleDigest& samples,
                 VerifyReport& report) {
  const std::string path = dataset.ShardPath(index);
  const auto shard = OpenDatasetShard(files, dataset, index);
  if (!shard.ok()) {
    report.damage.emplace_back(shard.status().message());
    return;
  }
  ++report.shards;
  report.bytes += (*shard)->file_bytes();
  if (!VerifyBlocks(**shard, dataset.manifest, samples, report)) return;  // The digest would only repeat it.
  const auto digest = Sha256OfFile(files, path);
  if (!digest.ok()) {
    report.damage.emplace_back(digest.status().message());
  } else if (*digest != dataset.manifest.shards[index].sha256) {
    report.damage.push_back(absl::StrCat("shard ", path, ": SHA-256 differs from the manifest's"));
  }
}

}  // namespace

absl::StatusOr<VerifyReport> VerifyDataset(FileSystem& files, const std::string& directory,
                                           const VerifyProgress& progress) {
  DOODLE_ASSIGN_OR_RETURN(const DatasetFiles dataset, OpenDatasetFiles(files, directory));
  VerifyReport report;
  SampleDigest samples;
  const size_t shards = dataset.manifest.shards.size();
  for (size_t i = 0; i < shards; ++i) {
    VerifyShard(files, dataset, i, samples, report);
    if (progress) progress(i + 1, shards);
  }
  if (!report.ok()) return report;
  report.sample_digest = samples.HexDigest();
  const std::string& expected = dataset.manifest.sample_digest;
  if (!expected.empty() && expected != report.sample_digest) {
    report.damage.push_back(absl::StrCat("dataset ", directory, ": its sample digest is not the manifest's"));
  }
  const auto reader = DatasetReader::Open(files, directory);  // Counts, labels and the order from shard to shard.
  if (!reader.ok()) report.damage.emplace_back(reader.status().message());
  return report;
}

}  // namespace doodle
