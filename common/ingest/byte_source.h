// The bytes of an input file one after another.
#ifndef DOODLE_COMMON_INGEST_BYTE_SOURCE_H_
#define DOODLE_COMMON_INGEST_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

// Thread-compatible.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills up to `size` bytes (at least 1); 0 at the end. DATA_LOSS for a damaged or truncated file.
  virtual absl::StatusOr<size_t> Read(char* out, size_t size) = 0;

  // Of the file as it lies on disk: for progress.
  virtual uint64_t bytes_read() const = 0;
};

// The file as it lies there; what unpacks it is a source over this one. Memory: about 256 KiB. `files` must outlive the
// source.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenFileSource(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_BYTE_SOURCE_H_
