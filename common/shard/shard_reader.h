// One shard file: footer columns in memory, blocks of up to 1,024 drawings on demand.
#ifndef DOODLE_COMMON_SHARD_SHARD_READER_H_
#define DOODLE_COMMON_SHARD_SHARD_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"
#include "common/io/file_system.h"

namespace doodle {

inline constexpr uint32_t kBlockDrawings = 1024;  // DO NOT CHANGE: part of the format and of the plan.
inline constexpr uint32_t kShardDrawings = 65536;

// Set on rows that the keep-list of a dataset leaves out: they are in the shard but not in the dataset.
inline constexpr uint8_t kDroppedFlag = 0x80;

// One row of the footer's columns.
struct ShardRow {
  uint64_t key_hash = 0;  // Mix64(key_id); rows are sorted by it.
  uint32_t label = 0;     // Class index of the manifest.
  uint8_t flags = 0;      // Drawing::Recognized in the low two bits; kDroppedFlag is never on disk.

  Drawing::Recognized recognized() const { return static_cast<Drawing::Recognized>(flags & 3); }
  bool dropped() const { return (flags & kDroppedFlag) != 0; }
  bool operator==(const ShardRow&) const = default;
};

// Thread-safe.
class ShardReader {
 public:
  // DATA_LOSS names the shard and what is wrong: magic, truncation, a checksum of header, footer or trailer.
  // FAILED_PRECONDITION for a version that is newer than this program.
  static absl::StatusOr<std::unique_ptr<ShardReader>> Open(FileSystem& files, const std::string& path);
  ~ShardReader();

  // Sets kDroppedFlag on the rows whose bit is not set in `kept`, which has a bit for each row, lowest bit first, in
  // whole bytes. DATA_LOSS for another size. Before the reader is shared between threads.
  absl::Status DropRows(absl::string_view kept);

  PointsKind points() const;
  const std::vector<ShardRow>& rows() const;
  size_t blocks() const;

  // The block's drawings in file order, words filled from `classes`. DATA_LOSS names shard and block for a bad
  // checksum or a block that does not decode. The memory of `used`, drawings of some block before, is used again.
  absl::StatusOr<std::vector<Drawing>> ReadBlock(size_t block, const std::vector<std::string>& classes,
                                                 std::vector<Drawing> used = {}) const;
  uint64_t block_bytes(size_t block) const;  // Compressed, in the file.
  uint64_t file_bytes() const;

 private:
  struct Impl;
  explicit ShardReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_SHARD_READER_H_
