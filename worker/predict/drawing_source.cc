#include "worker/predict/drawing_source.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ingest/drawing_reader.h"
#include "common/plan/open_view.h"
#include "common/shard/dataset_reader.h"
#include "common/status/status.h"

namespace doodle {
namespace {

class FileSource final : public DrawingSource {
 public:
  explicit FileSource(std::unique_ptr<DrawingReader> reader) : reader_(std::move(reader)) {}
  absl::StatusOr<bool> Next(Drawing& drawing) override { return reader_->Next(drawing); }
  uint64_t done() const override { return reader_->bytes_read(); }
  uint64_t total() const override { return reader_->bytes_total(); }

 private:
  const std::unique_ptr<DrawingReader> reader_;
};

class SplitSource final : public DrawingSource {
 public:
  SplitSource(std::unique_ptr<DatasetReader> dataset, View view)
      : dataset_(std::move(dataset)), view_(std::move(view)) {}

  absl::StatusOr<bool> Next(Drawing& drawing) override {
    while (shard_ < view_.shards().size() && position_ == view_.shards()[shard_].positions.size()) {
      ++shard_;
      position_ = 0;
      block_ = kNoBlock;
    }
    if (shard_ == view_.shards().size()) return false;
    const View::Shard& shard = view_.shards()[shard_];
    const uint32_t row = shard.positions[position_];
    if (row / kBlockDrawings != block_) {
      block_ = row / kBlockDrawings;
      std::vector<Drawing> used = std::exchange(drawings_, {});
      DOODLE_ASSIGN_OR_RETURN(
          drawings_, dataset_->shard(shard.shard).ReadBlock(block_, dataset_->manifest().classes, std::move(used)));
    }
    if (row % kBlockDrawings >= drawings_.size()) {
      return absl::DataLossError(
          absl::StrCat("shard ", shard.shard, ": block ", block_, " is shorter than its footer says"));
    }
    drawing = drawings_[row % kBlockDrawings];
    ++position_;
    ++done_;
    return true;
  }

  uint64_t done() const override { return done_; }
  uint64_t total() const override { return view_.size(); }

 private:
  static constexpr uint32_t kNoBlock = std::numeric_limits<uint32_t>::max();

  const std::unique_ptr<DatasetReader> dataset_;
  const View view_;
  size_t shard_ = 0;     // Of the view.
  size_t position_ = 0;  // In that shard's positions.
  uint32_t block_ = kNoBlock;
  std::vector<Drawing> drawings_;  // Of that block.
  uint64_t done_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DrawingSource>> OpenDrawingFiles(FileSystem& files,
                                                                const std::vector<std::string>& paths) {
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<DrawingReader> reader, DrawingReader::Open(files, paths));
  return std::make_unique<FileSource>(std::move(reader));
}

absl::StatusOr<std::unique_ptr<DrawingSource>> OpenDatasetSplit(FileSystem& files, const std::string& directory,
                                                                const std::string& split,
                                                                const std::vector<std::string>& classes) {
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<DatasetReader> dataset, DatasetReader::Open(files, directory));
  ViewSpec spec{.split = split};
  // A dataset need not have every class of the model.
  std::ranges::copy_if(classes, std::back_inserter(spec.classes), [&](const std::string& word) {
    return std::ranges::binary_search(dataset->manifest().classes, word);
  });
  if (spec.classes.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(directory, ": has none of the model's classes"));
  }
  DOODLE_ASSIGN_OR_RETURN(View view, OpenView(spec, *dataset), directory);
  return std::make_unique<SplitSource>(std::move(dataset), std::move(view));
}

}  // namespace doodle
