#include "common/shard/dataset_files.h"

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status CheckShard(const ShardReader& shard, const ShardEntry& entry, PointsKind points) {
  if (shard.file_bytes() != entry.bytes) return absl::DataLossError("size differs from the manifest's");
  if (shard.points() != points) return absl::DataLossError("its kind of points differs from the manifest's");
  std::vector<uint64_t> per_class(entry.per_class.size());
  for (const ShardRow& row : shard.rows()) {
    if (row.label >= per_class.size()) return absl::DataLossError("a label is not in the manifest");
    ++per_class[row.label];
  }
  if (per_class != entry.per_class) return absl::DataLossError("counts differ from the manifest's");
  return absl::OkStatus();
}

absl::StatusOr<KeepBits> ReadKeepList(FileSystem& files, const std::string& directory, const KeepEntry& entry,
                                      size_t shards) {
  auto bytes = ReadFile(files, absl::StrCat(directory, "/", entry.file));
  if (absl::IsNotFound(bytes.status())) return absl::DataLossError(bytes.status().message());
  DOODLE_RETURN_IF_ERROR(bytes.status());
  if (Sha256Hex(*bytes) != entry.sha256) return absl::DataLossError("SHA-256 differs from the manifest's");
  return DecodeKeepList(*bytes, shards);
}

// Without "..": a store knows no such thing. Normalizing all of s3://bucket/prefix would take one of its slashes away.
std::string BaseDirectory(const std::string& directory, const std::string& base) {
  const size_t scheme = directory.find("://");
  const size_t path = scheme == std::string::npos ? 0 : scheme + 3;
  return directory.substr(0, path) + (std::filesystem::path(directory.substr(path)) / base).lexically_normal().string();
}

}  // namespace

std::string DatasetFiles::ShardPath(size_t shard) const {
  return absl::StrCat(shard_directory, "/", manifest.shards[shard].file);
}

absl::StatusOr<DatasetFiles> OpenDatasetFiles(FileSystem& files, const std::string& directory) {
  const std::string clause = absl::StrCat("dataset ", directory);
  DatasetFiles dataset;
  dataset.directory = directory;
  DOODLE_ASSIGN_OR_RETURN(const std::string json, ReadFile(files, absl::StrCat(directory, "/", kManifestFile)), clause);
  DOODLE_ASSIGN_OR_RETURN(dataset.manifest, ParseManifest(json), clause);
  const DatasetManifest& manifest = dataset.manifest;
  dataset.shard_directory = manifest.base.empty() ? directory : BaseDirectory(directory, manifest.base);
  if (manifest.keep) {
    DOODLE_ASSIGN_OR_RETURN(dataset.keep, ReadKeepList(files, directory, *manifest.keep, manifest.shards.size()),
                            absl::StrCat(clause, ": ", manifest.keep->file));
  }
  return dataset;
}

absl::StatusOr<std::unique_ptr<ShardReader>> OpenDatasetShard(FileSystem& files, const DatasetFiles& dataset,
                                                              size_t shard) {
  const std::string clause = absl::StrCat("dataset ", dataset.directory);
  const ShardEntry& entry = dataset.manifest.shards[shard];
  auto reader = ShardReader::Open(files, dataset.ShardPath(shard));
  if (absl::IsNotFound(reader.status())) {
    return absl::DataLossError(absl::StrCat(clause, ": ", reader.status().message()));
  }
  DOODLE_RETURN_IF_ERROR(reader.status(), clause);
  DOODLE_RETURN_IF_ERROR(CheckShard(**reader, entry, dataset.manifest.points), absl::StrCat(clause, ": ", entry.file));
  if (!dataset.keep.empty()) DOODLE_RETURN_IF_ERROR((*reader)->DropRows(dataset.keep[shard]), clause);
  return *std::move(reader);
}

}  // namespace doodle
