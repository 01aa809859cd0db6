#include "common/ingest/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {

LineReader::LineReader(std::unique_ptr<ByteSource> source, size_t max_line_bytes, size_t initial_bytes)
    : source_(std::move(source)), max_line_bytes_(max_line_bytes), buffer_(initial_bytes + kLinePadding, '\0') {}

// Makes room behind the unread bytes and reads into it; false at the end of the source.
absl::StatusOr<bool> LineReader::Fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ + kLinePadding == buffer_.size()) {
    buffer_.resize(std::min(2 * end_, max_line_bytes_ + 2) + kLinePadding);  // 2: room for the line's end.
  }
  DOODLE_ASSIGN_OR_RETURN(const size_t count,
                          source_->Read(buffer_.data() + end_, buffer_.size() - kLinePadding - end_));
  end_ += count;
  return count > 0;
}

void LineReader::Take(size_t length, size_t with_end, Line& line) {
  absl::string_view text(buffer_.data() + begin_, length);
  if (absl::EndsWith(text, "\r")) text.remove_suffix(1);
  line.number = ++number_;
  line.too_long = skipping_ || text.size() > max_line_bytes_;
  line.text = line.too_long ? absl::string_view() : text;
  skipping_ = false;
  begin_ += with_end;
}

absl::StatusOr<bool> LineReader::Next(Line& line) {
  size_t searched = 0;
  while (true) {
    const char* const start = buffer_.data() + begin_;
    const void* const end = std::memchr(start + searched, '\n', end_ - begin_ - searched);
    if (end != nullptr) {
      const size_t length = static_cast<const char*>(end) - start;
      Take(length, length + 1, line);
      return true;
    }
    searched = end_ - begin_;
    if (searched > max_line_bytes_ + 1) {
      skipping_ = true;
      begin_ = end_;
      searched = 0;
    }
    DOODLE_ASSIGN_OR_RETURN(const bool more, Fill());
    if (more) continue;
    if (searched == 0 && !skipping_) return false;
    Take(searched, searched, line);
    return true;
  }
}

absl::StatusOr<bool> LineReader::NextWithText(Line& line) {
  do {
    DOODLE_ASSIGN_OR_RETURN(const bool more, Next(line), absl::StrCat("after line ", line.number));
    if (!more) return false;
    if (line.too_long) {
      return absl::InvalidArgumentError(absl::StrCat("line is longer than ", max_line_bytes_, " bytes"));
    }
  } while (line.text.find_first_not_of(" \t") == absl::string_view::npos);
  return true;
}

}  // namespace doodle
