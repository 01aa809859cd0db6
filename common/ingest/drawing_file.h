// One file of drawings in any format that is read: the interface of a format and the choice among them.
#ifndef DOODLE_COMMON_INGEST_DRAWING_FILE_H_
#define DOODLE_COMMON_INGEST_DRAWING_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/io/file_system.h"

namespace doodle {

// Drawings one after another in bounded memory. Thread-compatible.
class DrawingFile {
 public:
  virtual ~DrawingFile() = default;

  // Replaces `drawing`; false at the end. INVALID_ARGUMENT is about one record and says only what is wrong with it; the
  // next call goes on behind it. Any other code is final. Neither names the file.
  virtual absl::StatusOr<bool> Next(Drawing& drawing) = 0;

  // Of the last record, good or bad, from 1: its line, in a binary file its number.
  virtual uint64_t place() const = 0;
  // Of the file as it lies on disk.
  virtual uint64_t bytes_read() const = 0;
};

// By the name: .csv is a table (CsvFile), .bin Google's binary format (BinFile), each with or without .gz; all else is
// ndjson. Errors are OpenByteSource's. `files` must outlive the file.
absl::StatusOr<std::unique_ptr<DrawingFile>> OpenDrawingFile(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_FILE_H_
