// Lines of a byte source, with a limit, in one reused buffer.
#ifndef DOODLE_COMMON_INGEST_LINE_READER_H_
#define DOODLE_COMMON_INGEST_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/ingest/byte_source.h"

namespace doodle {

inline constexpr size_t kMaxLineBytes = 4 << 20;
inline constexpr size_t kLinePadding = 64;  // Readable bytes after every line's text, as the JSON parser wants.

struct Line {
  absl::string_view text;  // Without its end, "\n" or "\r\n"; valid until the next call.
  uint64_t number = 0;     // From 1.
  bool too_long = false;   // Longer than the limit: skipped to its end, `text` is empty.
};

// Memory: the longest line so far, at most `max_line_bytes`, at least `initial_bytes`. Thread-compatible.
class LineReader {
 public:
  explicit LineReader(std::unique_ptr<ByteSource> source, size_t max_line_bytes = kMaxLineBytes,
                      size_t initial_bytes = 256 << 10);

  // False at the end; the last line needs no line end. Errors are the source's and final.
  absl::StatusOr<bool> Next(Line& line);

  // The next line that is not blank. INVALID_ARGUMENT for one that is too long, after which it goes on. The source's
  // errors say which line they come after.
  absl::StatusOr<bool> NextWithText(Line& line);

  uint64_t bytes_read() const { return source_->bytes_read(); }

 private:
  absl::StatusOr<bool> Fill();
  void Take(size_t length, size_t with_end, Line& line);

  const std::unique_ptr<ByteSource> source_;
  const size_t max_line_bytes_;
  std::string buffer_;  // Bytes begin_..end_ are unread; kLinePadding more are always there.
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t number_ = 0;
  bool skipping_ = false;  // Inside a line that is too long.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_LINE_READER_H_
