#include "common/shard/shard_writer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/shard/block_codec.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {

ShardWriter::ShardWriter(std::unique_ptr<WritableFile> file, size_t classes, PointsKind points, EncodingPool& encoder)
    : file_(std::move(file)), points_(points), encoder_(encoder) {
  entry_.per_class.resize(classes);
}

absl::Status ShardWriter::CheckAppend(const Drawing& drawing, uint32_t label) const {
  DOODLE_RETURN_IF_ERROR(CheckDrawing(drawing));
  if (drawing.is_raw() != (points_ == PointsKind::kRaw)) {
    return absl::InvalidArgumentError(drawing.is_raw() ? "raw points in a dataset of simplified ones"
                                                       : "simplified points in a dataset of raw ones");
  }
  if (label >= entry_.per_class.size()) return absl::InvalidArgumentError(absl::StrCat("no class ", label));
  if (drawings() >= kShardDrawings) return absl::ResourceExhaustedError("shard is full");
  if (!footer_.rows.empty() && KeyHash(drawing.key_id) <= footer_.rows.back().key_hash) {
    return absl::InvalidArgumentError("drawings are not in rising order of key hash");
  }
  return absl::OkStatus();
}

absl::Status ShardWriter::Append(const Drawing& drawing, uint32_t label) {
  DOODLE_RETURN_IF_ERROR(CheckAppend(drawing, label), absl::StrCat("drawing ", drawing.key_id));
  footer_.rows.push_back({KeyHash(drawing.key_id), label, static_cast<uint8_t>(drawing.recognized)});
  ++entry_.per_class[label];
  if (block_size_ == block_.size()) block_.emplace_back();
  block_[block_size_++] = drawing;
  return block_size_ == kBlockDrawings ? SubmitBlock() : absl::OkStatus();
}

absl::Status ShardWriter::Write(absl::string_view bytes) {
  sha256_.Update(bytes);
  entry_.bytes += bytes.size();
  return file_->Append(bytes);
}

absl::Status ShardWriter::SubmitBlock() {
  block_.resize(block_size_);
  block_size_ = 0;
  pending_.push_back(encoder_.Submit(std::exchange(block_, {})));
  return pending_.size() > encoder_.depth() ? WriteOldestBlock() : absl::OkStatus();
}

absl::Status ShardWriter::WriteOldestBlock() {
  const std::shared_ptr<BlockTask> task = std::move(pending_.front());
  pending_.pop_front();
  DOODLE_ASSIGN_OR_RETURN(const std::string bytes, task->Take());
  if (block_size_ == 0) block_ = task->TakeDrawings();
  if (entry_.bytes == 0) DOODLE_RETURN_IF_ERROR(Write(EncodeShardHeader(points_)));
  footer_.blocks.push_back({entry_.bytes, bytes.size(), Crc32c(bytes)});
  return Write(bytes);
}

absl::StatusOr<ShardEntry> ShardWriter::Finish() {
  if (footer_.rows.empty()) return absl::FailedPreconditionError("a shard needs a drawing");
  if (block_size_ > 0) DOODLE_RETURN_IF_ERROR(SubmitBlock());
  while (!pending_.empty()) DOODLE_RETURN_IF_ERROR(WriteOldestBlock());
  DOODLE_ASSIGN_OR_RETURN(const std::string footer, EncodeShardFooter(footer_));
  DOODLE_RETURN_IF_ERROR(Write(footer));
  DOODLE_RETURN_IF_ERROR(Write(
      EncodeShardTrailer({entry_.bytes + kShardTrailerBytes, static_cast<uint32_t>(footer.size()), Crc32c(footer)})));
  DOODLE_RETURN_IF_ERROR(file_->Close());
  entry_.drawings = drawings();
  entry_.sha256 = sha256_.HexDigest();
  return entry_;
}

}  // namespace doodle
