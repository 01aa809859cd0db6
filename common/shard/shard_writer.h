// Writes one shard file. docs/formats/shard.md has the bytes.
#ifndef DOODLE_COMMON_SHARD_SHARD_WRITER_H_
#define DOODLE_COMMON_SHARD_SHARD_WRITER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"
#include "common/io/checksum.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/encoding_pool.h"
#include "common/shard/shard_footer.h"

namespace doodle {

// Holds the footer and the blocks that `encoder` works on in memory. Thread-compatible.
class ShardWriter {
 public:
  // Labels are below `classes`, drawings hold `points`. `encoder` must outlive it.
  ShardWriter(std::unique_ptr<WritableFile> file, size_t classes, PointsKind points, EncodingPool& encoder);

  // At most kShardDrawings drawings, in rising order of key hash. INVALID_ARGUMENT for a drawing that does not pass
  // CheckDrawing, has points of the other kind or is out of order, or a label out of range; RESOURCE_EXHAUSTED when the
  // shard is full.
  absl::Status Append(const Drawing& drawing, uint32_t label);

  size_t drawings() const { return footer_.rows.size(); }

  // Writes the rest and closes the file. The entry lacks the file's name. FAILED_PRECONDITION without a drawing.
  absl::StatusOr<ShardEntry> Finish();

 private:
  absl::Status CheckAppend(const Drawing& drawing, uint32_t label) const;
  absl::Status SubmitBlock();
  absl::Status WriteOldestBlock();
  absl::Status Write(absl::string_view bytes);

  const std::unique_ptr<WritableFile> file_;
  const PointsKind points_;
  Sha256 sha256_;
  ShardEntry entry_;
  ShardFooter footer_;
  EncodingPool& encoder_;
  std::deque<std::shared_ptr<BlockTask>> pending_;  // In file order.
  std::vector<Drawing> block_;  // The first block_size_ are used, the others kept for their buffers.
  size_t block_size_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_SHARD_WRITER_H_
