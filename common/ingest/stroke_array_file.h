// The arrays of strokes in sketch-rnn's .npz archives: one of train.npy, valid.npy and test.npy.
#ifndef DOODLE_COMMON_INGEST_STROKE_ARRAY_FILE_H_
#define DOODLE_COMMON_INGEST_STROKE_ARRAY_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/ingest/array_unpickler.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/drawing_file.h"
#include "common/ingest/source_cursor.h"

namespace doodle {

// One drawing in the form "stroke-3": rows of dx, dy and 1 where the pen is lifted after the point. The first row is
// relative to (0, 0); the last ends a stroke in any case. Replaces strokes, points and times of `drawing`: the drawing
// moved to (0, 0), scaled evenly so that the largest value is 255, rounded half up, as FitToGrid does. INVALID_ARGUMENT
// says what is wrong: not [points, 3], no points, more than kMaxDrawingPoints, a pen that is neither 0 nor 1, a place
// that is not finite or further than a million away. Source: https://github.com/magenta/magenta, sketch_rnn.
absl::Status StrokesOfArray(const NumberArray& array, Drawing& drawing);

// The key of a drawing that comes without: a hash of its word, strokes and points. The top bit is set, which no key of
// Google's has. DO NOT CHANGE: such drawings keep their places in datasets (docs/formats/dataset.md).
uint64_t KeyOfStrokes(const Drawing& drawing);

// A .npy file of objects, each of them one drawing; only word, key and strokes are known. Next: INVALID_ARGUMENT for a
// bad drawing; PERMISSION_DENIED and DATA_LOSS as ArrayUnpickler; DATA_LOSS for a bad header. Thread-compatible.
class StrokeArrayFile final : public DrawingFile {
 public:
  StrokeArrayFile(std::unique_ptr<ByteSource> source, std::string word);

  absl::StatusOr<bool> Next(Drawing& drawing) override;
  uint64_t place() const override { return arrays_; }
  uint64_t bytes_read() const override { return cursor_.bytes_read(); }

 private:
  absl::Status ReadHeader();
  absl::StatusOr<bool> Finish();

  SourceCursor cursor_;
  const std::string word_;
  ArrayUnpickler unpickler_{cursor_};
  NumberArray array_;                  // Reused.
  std::optional<uint64_t> announced_;  // By the header; empty before it is read.
  uint64_t arrays_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_STROKE_ARRAY_FILE_H_
