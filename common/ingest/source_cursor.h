// Pieces of known size from a source of bytes.
#ifndef DOODLE_COMMON_INGEST_SOURCE_CURSOR_H_
#define DOODLE_COMMON_INGEST_SOURCE_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/ingest/byte_source.h"

namespace doodle {

// Thread-compatible. Memory: 64 KiB.
class SourceCursor {
 public:
  explicit SourceCursor(std::unique_ptr<ByteSource> source);

  // Fewer than `size` bytes only at the end. Errors are the source's.
  absl::StatusOr<size_t> TakeUpTo(char* out, size_t size);

  // DATA_LOSS "cut off" at the end.
  absl::Status Take(char* out, size_t size);

  // Of the next byte, in the unpacked file.
  uint64_t offset() const { return offset_; }
  uint64_t bytes_read() const { return source_->bytes_read(); }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;  // Bytes begin_..end_ are unread.
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_SOURCE_CURSOR_H_
