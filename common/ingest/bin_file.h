// Google's binary format: records without a label, of one class a file.
#ifndef DOODLE_COMMON_INGEST_BIN_FILE_H_
#define DOODLE_COMMON_INGEST_BIN_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/drawing_file.h"
#include "common/ingest/source_cursor.h"

namespace doodle {

inline constexpr size_t kBinHeadBytes = 17;  // Of a record, before its first stroke.

// A record, little endian: u64 key, 2 bytes country (zeros: not known), u8 recognized, u32 Unix seconds (0: not known),
// u16 strokes; for each stroke u16 n, n bytes x, n bytes y. Source:
// https://github.com/googlecreativelab/quickdraw-dataset. INVALID_ARGUMENT "at byte N: reason" for a record with bad
// contents; DATA_LOSS for one that is cut off or whose lengths no drawing has, since nothing marks where the next one
// starts. Offsets are of the unpacked bytes. Thread-compatible.
class BinFile final : public DrawingFile {
 public:
  BinFile(std::unique_ptr<ByteSource> source, std::string word);

  absl::StatusOr<bool> Next(Drawing& drawing) override;
  uint64_t place() const override { return records_; }
  uint64_t bytes_read() const override { return cursor_.bytes_read(); }

 private:
  absl::Status Take(char* out, size_t size);
  absl::Status ReadStroke(Drawing& drawing);
  absl::Status ReadStrokes(uint32_t strokes, Drawing& drawing);

  SourceCursor cursor_;
  const std::string word_;
  uint64_t records_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_BIN_FILE_H_
