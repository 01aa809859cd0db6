// One file of drawings in any format that is read: the interface of a format and the choice among them.
#ifndef DOODLE_COMMON_INGEST_DRAWING_FILE_H_
#define DOODLE_COMMON_INGEST_DRAWING_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/ingest/input_files.h"
#include "common/io/file_system.h"

namespace doodle {

// Drawings one after another in bounded memory. Thread-compatible.
class DrawingFile {
 public:
  virtual ~DrawingFile() = default;

  // Replaces `drawing`; false at the end. INVALID_ARGUMENT is about one record and says only what is wrong with it; the
  // next call goes on behind it. Any other code is final. Neither names the file.
  virtual absl::StatusOr<bool> Next(Drawing& drawing) = 0;

  // False once it is known that no drawing of the file has a word: a table without that column.
  virtual bool has_words() const { return true; }

  // Of the last record, good or bad, from 1: its line, in a binary file its number.
  virtual uint64_t place() const = 0;
  // Of the file as it lies on disk.
  virtual uint64_t bytes_read() const = 0;
};

// `points`: what the drawings are to hold. Raw ones come out simplified, or as drawn; simplified ones only simplified:
// FAILED_PRECONDITION from here or from Next where points as drawn are wanted and the file has none.
// `label`: of drawings without a word in formats that have none (.bin, .npz); when it is empty, the file's name has it
// (LabelOfFile). The format is what OpenInputFile found. Errors are OpenInputFile's, and with the path:
//  - UNIMPLEMENTED: bitmaps, which hold no strokes; a zip in a zip.
//  - FAILED_PRECONDITION: no format that is known, answers instead of drawings.
//  - INVALID_ARGUMENT: a label that CheckWord refuses.
// `files` must outlive the file.
absl::StatusOr<std::unique_ptr<DrawingFile>> OpenDrawingFile(FileSystem& files, const InputFile& input,
                                                             PointsKind points = PointsKind::kSimplified,
                                                             const std::string& label = "");

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_FILE_H_
