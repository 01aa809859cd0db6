#include "common/ingest/drawing_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/utf8.h"
#include "common/status/status.h"

namespace doodle {

std::string BadLine::ToString() const { return absl::StrCat(file, ":", line, ": ", reason); }

DrawingReader::DrawingReader(FileSystem& files, std::vector<InputFile> files_to_read, PointsKind points,
                             std::string label)
    : files_(files), files_to_read_(std::move(files_to_read)), points_(points), label_(std::move(label)) {
  for (const InputFile& input : files_to_read_) bytes_total_ += input.bytes;
}

absl::StatusOr<std::unique_ptr<DrawingReader>> DrawingReader::Open(FileSystem& files,
                                                                   const std::vector<std::string>& paths,
                                                                   PointsKind points) {
  DOODLE_ASSIGN_OR_RETURN(auto inputs, ExpandInputs(files, paths));
  return OpenFiles(files, std::move(inputs), points);
}

std::unique_ptr<DrawingReader> DrawingReader::OpenFiles(FileSystem& files, std::vector<InputFile> inputs,
                                                        PointsKind points, std::string label) {
  return std::unique_ptr<DrawingReader>(new DrawingReader(files, std::move(inputs), points, std::move(label)));
}

absl::StatusOr<std::unique_ptr<DrawingReader>> DrawingReader::Open(const std::vector<std::string>& paths) {
  return Open(LocalFileSystem(), paths);
}

uint64_t DrawingReader::bytes_read() const { return bytes_done_ + (current_ == nullptr ? 0 : current_->bytes_read()); }

absl::Status DrawingReader::OpenCurrent() {
  auto opened = OpenDrawingFile(files_, files_to_read_[file_], points_, label_);
  if (absl::IsInvalidArgument(opened.status())) return absl::FailedPreconditionError(opened.status().message());
  DOODLE_RETURN_IF_ERROR(opened.status());
  current_ = *std::move(opened);
  return absl::OkStatus();
}

// A bad record is remembered with its place; any other error gets the name of the file.
absl::Status DrawingReader::Fail(const absl::Status& status) {
  if (!absl::IsInvalidArgument(status)) return Annotate(status, file());
  bad_line_ = {ReplaceInvalidUtf8(file()), line(), ReplaceInvalidUtf8(std::string(status.message()))};
  return absl::InvalidArgumentError(bad_line_.ToString());
}

absl::StatusOr<bool> DrawingReader::Next(Drawing& drawing) {
  for (; file_ < files_to_read_.size(); ++file_) {
    if (current_ == nullptr) DOODLE_RETURN_IF_ERROR(OpenCurrent());
    const absl::StatusOr<bool> more = current_->Next(drawing);
    if (!more.ok()) return Fail(more.status());
    if (*more && drawing.word.empty()) drawing.word = label_;
    if (*more) return true;
    bytes_done_ += current_->bytes_read();
    current_.reset();
  }
  return false;
}

absl::StatusOr<std::optional<Drawing>> DrawingReader::Next() {
  Drawing drawing;
  DOODLE_ASSIGN_OR_RETURN(const bool more, Next(drawing));
  if (!more) return std::optional<Drawing>();
  return std::optional<Drawing>(std::move(drawing));
}

}  // namespace doodle
