// Google's bitmaps of drawings: .npy files of bytes, 0 paper and 255 ink. They have no strokes, so they are shown and
// compared with, never trained on.
#ifndef DOODLE_COMMON_INGEST_NPY_FILE_H_
#define DOODLE_COMMON_INGEST_NPY_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

// An array [count, size * size] or [count, size, size] of bytes, size 8 to 512; Google's are [count, 784]. Thread-safe.
class NpyFile {
 public:
  // DATA_LOSS for a file that is no .npy, or is shorter or longer than its head says; UNIMPLEMENTED for any other type,
  // order or shape of array. Errors name the file. `files` must outlive it.
  static absl::StatusOr<NpyFile> Open(FileSystem& files, const std::string& path);

  uint64_t count() const { return count_; }
  int size() const { return size_; }  // Pixels, both sides.

  // The pixels of `count` bitmaps from number `first` on, [count, size, size], rows from the top. OUT_OF_RANGE past the
  // end.
  absl::StatusOr<std::string> Read(uint64_t first, uint64_t count) const;

 private:
  explicit NpyFile(std::unique_ptr<RandomAccessFile> file) : file_(std::move(file)) {}

  absl::Status ReadHead();

  std::unique_ptr<RandomAccessFile> file_;
  uint64_t content_ = 0;  // Offset of the first bitmap.
  uint64_t count_ = 0;
  int size_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_NPY_FILE_H_
