#include "common/ingest/drawing_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ingest/byte_source.h"
#include "common/status/status.h"

namespace doodle {

std::string BadLine::ToString() const { return absl::StrCat(file, ":", line, ": ", reason); }

DrawingReader::DrawingReader(FileSystem& files, std::vector<InputFile> files_to_read)
    : files_(files), files_to_read_(std::move(files_to_read)) {
  for (const InputFile& input : files_to_read_) bytes_total_ += input.bytes;
}

absl::StatusOr<std::unique_ptr<DrawingReader>> DrawingReader::Open(FileSystem& files,
                                                                   const std::vector<std::string>& paths) {
  DOODLE_ASSIGN_OR_RETURN(auto inputs, ExpandInputs(files, paths));
  return std::unique_ptr<DrawingReader>(new DrawingReader(files, std::move(inputs)));
}

absl::StatusOr<std::unique_ptr<DrawingReader>> DrawingReader::Open(const std::vector<std::string>& paths) {
  return Open(LocalFileSystem(), paths);
}

uint64_t DrawingReader::bytes_read() const { return bytes_done_ + (lines_ == nullptr ? 0 : lines_->bytes_read()); }

// The next line of the current file, or the first of a later one; false after the last file.
absl::StatusOr<bool> DrawingReader::NextLine() {
  for (; file_ < files_to_read_.size(); ++file_) {
    if (lines_ == nullptr) {
      auto source = OpenByteSource(files_, file());
      if (absl::IsInvalidArgument(source.status())) return absl::FailedPreconditionError(source.status().message());
      DOODLE_RETURN_IF_ERROR(source.status());
      lines_ = std::make_unique<LineReader>(*std::move(source));
    }
    const auto more = lines_->Next(line_);
    if (!more.ok()) return Annotate(more.status(), absl::StrCat(file(), ": after line ", line_.number));
    if (*more) return true;
    bytes_done_ += lines_->bytes_read();
    lines_.reset();
  }
  return false;
}

absl::Status DrawingReader::Refuse(absl::string_view reason) {
  bad_line_ = {file(), line_.number, std::string(reason)};
  return absl::InvalidArgumentError(bad_line_.ToString());
}

absl::StatusOr<bool> DrawingReader::Next(Drawing& drawing) {
  do {
    DOODLE_ASSIGN_OR_RETURN(const bool more, NextLine());
    if (!more) return false;
    if (line_.too_long) return Refuse(absl::StrCat("line is longer than ", kMaxLineBytes, " bytes"));
  } while (line_.text.find_first_not_of(" \t") == absl::string_view::npos);
  const absl::Status parsed = parser_.Parse(line_.text, drawing);
  if (!parsed.ok()) return Refuse(parsed.message());
  return true;
}

absl::StatusOr<std::optional<Drawing>> DrawingReader::Next() {
  Drawing drawing;
  DOODLE_ASSIGN_OR_RETURN(const bool more, Next(drawing));
  if (!more) return std::optional<Drawing>();
  return std::optional<Drawing>(std::move(drawing));
}

}  // namespace doodle
