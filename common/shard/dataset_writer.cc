#include "common/shard/dataset_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/drawing/drawing_check.h"
#include "common/ids/names.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status CheckOptions(const DatasetWriterOptions& options) {
  const auto& classes = options.classes;
  if (classes.empty() || classes.size() > kMaxClasses) {
    return absl::InvalidArgumentError(absl::StrCat(classes.size(), " classes, not 1 to ", kMaxClasses));
  }
  if (std::adjacent_find(classes.begin(), classes.end(), std::greater_equal<>()) != classes.end()) {
    return absl::InvalidArgumentError("classes are not sorted or repeat");
  }
  for (const std::string& name : classes) DOODLE_RETURN_IF_ERROR(CheckWord(name), "classes");
  if (options.shard_drawings == 0 || options.shard_drawings > kShardDrawings ||
      options.shard_drawings % kBlockDrawings != 0) {
    return absl::InvalidArgumentError(absl::StrCat("shard_drawings must be a multiple of ", kBlockDrawings));
  }
  return absl::OkStatus();
}

}  // namespace

DatasetWriter::DatasetWriter(std::unique_ptr<AtomicDirectory> directory, DatasetWriterOptions options)
    : directory_(std::move(directory)),
      shard_drawings_(options.shard_drawings),
      encoder_(std::make_unique<EncodingPool>(options.threads)) {
  manifest_.classes = std::move(options.classes);
  manifest_.points = options.points;
  for (uint32_t label = 0; label < manifest_.classes.size(); ++label) label_of_[manifest_.classes[label]] = label;
}

absl::StatusOr<std::unique_ptr<DatasetWriter>> DatasetWriter::Create(FileSystem& files, const std::string& path,
                                                                     DatasetWriterOptions options) {
  DOODLE_RETURN_IF_ERROR(CheckOptions(options));
  DOODLE_ASSIGN_OR_RETURN(auto directory, AtomicDirectory::Create(files, path));
  return Create(std::move(directory), std::move(options));
}

absl::StatusOr<std::unique_ptr<DatasetWriter>> DatasetWriter::Create(std::unique_ptr<AtomicDirectory> directory,
                                                                     DatasetWriterOptions options) {
  DOODLE_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<DatasetWriter>(new DatasetWriter(std::move(directory), std::move(options)));
}

absl::Status DatasetWriter::BeginSplit(const std::string& name) {
  DOODLE_RETURN_IF_ERROR(ValidateName("split", name));
  for (const SplitEntry& split : manifest_.splits) {
    if (split.name == name) return absl::InvalidArgumentError(absl::StrCat("split ", name, " is named twice"));
  }
  DOODLE_RETURN_IF_ERROR(EndSplit());
  const auto next_shard = static_cast<uint32_t>(manifest_.shards.size());
  manifest_.splits.push_back({name, next_shard, next_shard, 0});
  return absl::OkStatus();
}

absl::Status DatasetWriter::Append(const Drawing& drawing) {
  if (manifest_.splits.empty()) return absl::FailedPreconditionError("a drawing before the first split");
  const auto label = label_of_.find(drawing.word);
  if (label == label_of_.end()) return absl::InvalidArgumentError(absl::StrCat("no class \"", drawing.word, "\""));
  const uint64_t hash = KeyHash(drawing.key_id);
  if (manifest_.drawings > 0 && hash <= last_hash_) {
    return absl::InvalidArgumentError("drawings are not in rising order of key hash");
  }
  if (shard_ == nullptr) DOODLE_RETURN_IF_ERROR(OpenShard());
  DOODLE_RETURN_IF_ERROR(shard_->Append(drawing, label->second));
  sample_digest_.Add(drawing);
  last_hash_ = hash;
  ++manifest_.drawings;
  manifest_.clamped_drawings += static_cast<uint64_t>(drawing.times_clamped);
  ++manifest_.splits.back().drawings;
  return shard_->drawings() == shard_drawings_ ? CloseShard() : absl::OkStatus();
}

absl::Status DatasetWriter::OpenShard() {
  const std::string name = absl::StrFormat("shard-%05d.dds", manifest_.shards.size());
  DOODLE_ASSIGN_OR_RETURN(auto file, directory_->CreateFile(name));
  shard_ = std::make_unique<ShardWriter>(std::move(file), manifest_.classes.size(), manifest_.points, *encoder_);
  manifest_.shards.emplace_back();
  manifest_.shards.back().file = name;
  return absl::OkStatus();
}

absl::Status DatasetWriter::CloseShard() {
  const std::string name = manifest_.shards.back().file;
  DOODLE_ASSIGN_OR_RETURN(manifest_.shards.back(), shard_->Finish(), name);
  manifest_.shards.back().file = name;
  shard_.reset();
  return absl::OkStatus();
}

absl::Status DatasetWriter::EndSplit() {
  if (shard_ != nullptr) DOODLE_RETURN_IF_ERROR(CloseShard());
  if (!manifest_.splits.empty()) manifest_.splits.back().end_shard = static_cast<uint32_t>(manifest_.shards.size());
  return absl::OkStatus();
}

absl::StatusOr<DatasetManifest> DatasetWriter::Finish() {
  if (manifest_.splits.empty()) return absl::FailedPreconditionError("a dataset needs a split");
  DOODLE_RETURN_IF_ERROR(EndSplit());
  manifest_.sample_digest = sample_digest_.HexDigest();
  manifest_.version = ManifestVersionOf(manifest_);
  manifest_.digest = ManifestDigest(manifest_);
  DOODLE_RETURN_IF_ERROR(directory_->WriteFile(kManifestFile, SerializeManifest(manifest_)));
  DOODLE_RETURN_IF_ERROR(directory_->Commit());
  return manifest_;
}

}  // namespace doodle
