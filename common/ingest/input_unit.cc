#include "common/ingest/input_unit.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/ids/utf8.h"
#include "common/ingest/input_files.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/shard_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

class FileUnitReader final : public UnitReader {
 public:
  explicit FileUnitReader(std::unique_ptr<DrawingReader> reader) : reader_(std::move(reader)) {}

  absl::StatusOr<bool> Next(Drawing& drawing) override {
    DOODLE_ASSIGN_OR_RETURN(const bool more, reader_->Next(drawing));
    if (more && drawing.word.empty() && !reader_->has_words()) {
      return absl::FailedPreconditionError(
          absl::StrCat(reader_->file(), ": a table without the column word needs a label, one for all its drawings"));
    }
    return more;
  }
  BadLine bad_line() const override { return reader_->bad_line(); }
  BadLine RefusedHere(absl::string_view reason) const override {
    return {ReplaceInvalidUtf8(reader_->file()), reader_->line(), std::string(reason)};
  }
  uint64_t bytes_read() const override { return reader_->bytes_read(); }

 private:
  const std::unique_ptr<DrawingReader> reader_;
};

// The kept drawings of a shard. All were checked when the dataset was made, so that none is bad.
class ShardUnitReader final : public UnitReader {
 public:
  ShardUnitReader(std::unique_ptr<ShardReader> shard, std::shared_ptr<const DatasetFiles> dataset)
      : shard_(std::move(shard)), dataset_(std::move(dataset)) {}

  absl::StatusOr<bool> Next(Drawing& drawing) override {
    while (true) {
      if (place_ == block_.size()) {
        if (next_block_ == shard_->blocks()) return false;
        place_ = 0;
        std::vector<Drawing> used = std::exchange(block_, {});
        DOODLE_ASSIGN_OR_RETURN(block_, shard_->ReadBlock(next_block_, dataset_->manifest.classes, std::move(used)));
        bytes_read_ += shard_->block_bytes(next_block_++);
      }
      const ShardRow& row = shard_->rows()[(next_block_ - 1) * kBlockDrawings + place_];
      std::swap(drawing, block_[place_++]);
      if (!row.dropped()) return true;
    }
  }

  BadLine bad_line() const override { return {}; }
  BadLine RefusedHere(absl::string_view reason) const override {
    return {dataset_->directory, (next_block_ - 1) * kBlockDrawings + place_, std::string(reason)};
  }
  uint64_t bytes_read() const override { return bytes_read_; }

 private:
  const std::unique_ptr<ShardReader> shard_;
  const std::shared_ptr<const DatasetFiles> dataset_;
  std::vector<Drawing> block_;
  size_t next_block_ = 0;
  size_t place_ = 0;  // In block_.
  uint64_t bytes_read_ = 0;
};

absl::Status AddDataset(FileSystem& files, const std::string& path, PointsKind points, std::vector<InputUnit>& out) {
  DOODLE_ASSIGN_OR_RETURN(DatasetFiles opened, OpenDatasetFiles(files, path));
  if (opened.manifest.points != points) {
    const bool raw = points == PointsKind::kRaw;
    return absl::FailedPreconditionError(absl::StrCat("dataset ", path, " has ", raw ? "simplified" : "raw",
                                                      " points, the dataset to be made ", raw ? "raw" : "simplified",
                                                      " ones: one dataset has one kind"));
  }
  const auto dataset = std::make_shared<const DatasetFiles>(std::move(opened));
  for (size_t shard = 0; shard < dataset->manifest.shards.size(); ++shard) {
    out.push_back({dataset->manifest.shards[shard].bytes, dataset, shard, points});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<InputUnit>> FindInputUnits(FileSystem& files, const std::vector<std::string>& paths,
                                                      PointsKind points, const std::string& label) {
  if (paths.empty()) return absl::InvalidArgumentError("no input files");
  if (!label.empty()) DOODLE_RETURN_IF_ERROR(CheckWord(label), "label");
  std::vector<InputUnit> out;
  for (const std::string& path : paths) {
    if (files.Exists(absl::StrCat(path, "/", kManifestFile))) {
      DOODLE_RETURN_IF_ERROR(AddDataset(files, path, points, out));
      continue;
    }
    DOODLE_ASSIGN_OR_RETURN(const auto inputs, ExpandInputs(files, {path}));
    for (const InputFile& input : inputs) {
      out.push_back({input.bytes, nullptr, 0, points, input, label});
    }
  }
  return out;
}

absl::StatusOr<std::unique_ptr<UnitReader>> OpenInputUnit(FileSystem& files, const InputUnit& unit) {
  if (unit.dataset == nullptr) {
    auto reader = DrawingReader::OpenFiles(files, {unit.file}, unit.points, unit.label);
    return std::unique_ptr<UnitReader>(std::make_unique<FileUnitReader>(std::move(reader)));
  }
  DOODLE_ASSIGN_OR_RETURN(auto shard, OpenDatasetShard(files, *unit.dataset, unit.shard));
  return std::unique_ptr<UnitReader>(std::make_unique<ShardUnitReader>(std::move(shard), unit.dataset));
}

}  // namespace doodle
