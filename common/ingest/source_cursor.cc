#include "common/ingest/source_cursor.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kBufferBytes = 64 << 10;

}  // namespace

SourceCursor::SourceCursor(std::unique_ptr<ByteSource> source) : source_(std::move(source)), buffer_(kBufferBytes) {}

absl::StatusOr<size_t> SourceCursor::TakeUpTo(char* out, size_t size) {
  size_t done = 0;
  while (done < size) {
    if (begin_ == end_) {
      begin_ = end_ = 0;  // Also where Read fails.
      DOODLE_ASSIGN_OR_RETURN(end_, source_->Read(buffer_.data(), buffer_.size()));
      if (end_ == 0) break;
    }
    const size_t count = std::min(size - done, end_ - begin_);
    std::memcpy(out + done, buffer_.data() + begin_, count);
    begin_ += count;
    offset_ += count;
    done += count;
  }
  return done;
}

absl::Status SourceCursor::Take(char* out, size_t size) {
  DOODLE_ASSIGN_OR_RETURN(const size_t count, TakeUpTo(out, size));
  return count == size ? absl::OkStatus() : absl::DataLossError("cut off");
}

}  // namespace doodle
