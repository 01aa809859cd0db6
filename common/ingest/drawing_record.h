// A drawing as one byte string, for sorting in memory and in temporary files. Never in a dataset.
#ifndef DOODLE_COMMON_INGEST_DRAWING_RECORD_H_
#define DOODLE_COMMON_INGEST_DRAWING_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Everything of `drawing` but its key and its word, appended to `out`. The first byte says how much the drawing knows,
// so that RecordPrecedes needs no unpacking.
void AppendRecord(const Drawing& drawing, std::string& out);

// The reverse of AppendRecord; key and word stay as they are, buffers are reused. `record` is one of AppendRecord's.
void UnpackRecord(absl::string_view record, Drawing& drawing);

Drawing::Recognized RecordRecognized(absl::string_view record);

// A record in its place of the order: by key hash, and among duplicates the one that is kept first.
struct SortedRecord {
  uint64_t key_hash = 0;
  uint32_t word = 0;  // Index in the words that it is compared by.
  absl::string_view record;
};

// Whether of two drawings with one key `a` is kept rather than `b`: the one that knows most of country, time,
// recognized and times of points; among those the one with the lower word, then with the lower bytes.
bool RecordPrecedes(absl::string_view a, absl::string_view word_a, absl::string_view b, absl::string_view word_b);

// Records in rising order (SortedRecord), some of them with the same key. Thread-compatible.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // False at the end. The record is valid until the next call; its word is an index in words(). DATA_LOSS for a damaged
  // temporary file.
  virtual absl::StatusOr<bool> Next(SortedRecord& record) = 0;
  virtual const std::vector<std::string>& words() const = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_RECORD_H_
