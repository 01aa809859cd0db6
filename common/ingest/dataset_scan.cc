#include "common/ingest/dataset_scan.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::StatusOr<std::optional<SplitEntry>> FindSplit(const DatasetManifest& manifest, const std::string& name) {
  if (name.empty()) return std::optional<SplitEntry>();
  std::string names;
  for (const SplitEntry& split : manifest.splits) {
    if (split.name == name) return std::optional<SplitEntry>(split);
    absl::StrAppend(&names, names.empty() ? "" : ", ", split.name);
  }
  return InvalidField("split", absl::StrCat("\"", name, "\" is not a split of the dataset, which has ", names));
}

}  // namespace

DatasetScan::DatasetScan(FileSystem& files, DatasetFiles dataset, FilterPass filter, std::optional<SplitEntry> split)
    : files_(&files), dataset_(std::move(dataset)), filter_(std::move(filter)), split_(std::move(split)) {
  next_shard_ = split_ ? split_->first_shard : 0;
  end_shard_ = split_ ? split_->end_shard : dataset_.manifest.shards.size();
}

absl::StatusOr<DatasetScan> DatasetScan::Open(FileSystem& files, const std::string& directory,
                                              const ScanOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(DatasetFiles dataset, OpenDatasetFiles(files, directory));
  DOODLE_ASSIGN_OR_RETURN(auto split, FindSplit(dataset.manifest, options.split));
  DOODLE_ASSIGN_OR_RETURN(FilterPass filter, FilterPass::Create(options.filter, dataset.manifest.classes));
  return DatasetScan(files, std::move(dataset), std::move(filter), std::move(split));
}

absl::StatusOr<bool> DatasetScan::NextBlock() {
  while (shard_ == nullptr || next_block_ == shard_->blocks()) {
    if (next_shard_ == end_shard_) return false;
    DOODLE_ASSIGN_OR_RETURN(shard_, OpenDatasetShard(*files_, dataset_, next_shard_++));
    next_block_ = 0;
  }
  place_ = 0;
  std::vector<Drawing> used = std::exchange(block_, {});
  DOODLE_ASSIGN_OR_RETURN(block_, shard_->ReadBlock(next_block_++, dataset_.manifest.classes, std::move(used)));
  return true;
}

bool DatasetScan::Wants(const ShardRow& row) {
  if (row.dropped() || (split_ && !split_->Holds(row.key_hash))) return false;
  return filter_.Keeps(row.label, row.recognized());
}

absl::StatusOr<bool> DatasetScan::Next(Drawing& drawing) {
  while (true) {
    if (place_ == block_.size()) {
      DOODLE_ASSIGN_OR_RETURN(const bool more, NextBlock());
      if (!more) return false;
    }
    const ShardRow& row = shard_->rows()[(next_block_ - 1) * kBlockDrawings + place_];
    ++rows_seen_;
    if (!Wants(row)) {
      ++place_;
      continue;
    }
    std::swap(drawing, block_[place_++]);
    label_ = row.label;
    return true;
  }
}

}  // namespace doodle
