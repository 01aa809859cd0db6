// Drawings of files and folders, one after another in input order, labeled or not.
#ifndef DOODLE_COMMON_INGEST_DRAWING_READER_H_
#define DOODLE_COMMON_INGEST_DRAWING_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/ingest/drawing_file.h"
#include "common/ingest/input_files.h"
#include "common/io/file_system.h"

namespace doodle {

// A record that was refused. Texts are UTF-8: "?" stands for a byte of the name or the line that is not.
struct BadLine {
  std::string file;
  uint64_t line = 0;  // From 1; in a binary file the number of the record.
  std::string reason;

  std::string ToString() const;  // "cats.ndjson:17: stroke 2: is empty"
  bool operator==(const BadLine&) const = default;
};

// Ndjson and CSV, simplified or raw, .bin and .npz, plain or packed (OpenDrawingFile chooses). Lines without text are
// passed over. Thread-compatible.
//
//     DOODLE_ASSIGN_OR_RETURN(auto reader, DrawingReader::Open({"test.ndjson.gz"}));
//     while (true) {
//       DOODLE_ASSIGN_OR_RETURN(std::optional<Drawing> drawing, reader->Next());
//       if (!drawing) break;
//       ...
//     }
class DrawingReader {
 public:
  // `points` as in OpenDrawingFile. Finds and sizes all files at once. NOT_FOUND, INVALID_ARGUMENT as ExpandInputs.
  // `files` must outlive the reader.
  static absl::StatusOr<std::unique_ptr<DrawingReader>> Open(FileSystem& files, const std::vector<std::string>& paths,
                                                             PointsKind points = PointsKind::kSimplified);
  // Of files that are found already. `label`: of drawings that have no word; empty: they stay without.
  static std::unique_ptr<DrawingReader> OpenFiles(FileSystem& files, std::vector<InputFile> inputs,
                                                  PointsKind points = PointsKind::kSimplified, std::string label = "");
  // Of this machine.
  static absl::StatusOr<std::unique_ptr<DrawingReader>> Open(const std::vector<std::string>& paths);

  // The next drawing; nothing at the end. `word` is empty where the line has none.
  //  - INVALID_ARGUMENT "FILE:LINE: reason" for a bad line; the next call goes on with the line after it.
  //  - Any other code (DATA_LOSS for a damaged gzip file, UNIMPLEMENTED for a format, ...) names the file and is final.
  absl::StatusOr<std::optional<Drawing>> Next();

  // The same into a drawing whose buffers are reused; false at the end.
  absl::StatusOr<bool> Next(Drawing& drawing);

  // The line that the last INVALID_ARGUMENT was about.
  const BadLine& bad_line() const { return bad_line_; }
  // Where the last drawing came from.
  const std::string& file() const { return files_to_read_[file_].path; }
  uint64_t line() const { return current_ == nullptr ? 0 : current_->place(); }
  // As DrawingFile::has_words, of the current file.
  bool has_words() const { return current_ == nullptr || current_->has_words(); }
  // Of the files as they lie on disk.
  uint64_t bytes_read() const;
  uint64_t bytes_total() const { return bytes_total_; }

 private:
  DrawingReader(FileSystem& files, std::vector<InputFile> files_to_read, PointsKind points, std::string label);
  absl::Status OpenCurrent();
  absl::Status Fail(const absl::Status& status);

  FileSystem& files_;
  const std::vector<InputFile> files_to_read_;
  const PointsKind points_;
  const std::string label_;
  uint64_t bytes_total_ = 0;
  uint64_t bytes_done_ = 0;  // Of the files before the current one.
  size_t file_ = 0;          // Current; current_ is null before it is opened.
  std::unique_ptr<DrawingFile> current_;
  BadLine bad_line_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_READER_H_
