// Files behind an interface, so that tests can lose unsynced bytes, fill the disk or flip a bit. Paths are local; those
// that common/storage/storage_files.h opens may begin with s3://, too.
#ifndef DOODLE_COMMON_IO_FILE_SYSTEM_H_
#define DOODLE_COMMON_IO_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

// Errors name the path and carry errno as a code: NOT_FOUND, PERMISSION_DENIED, ALREADY_EXISTS, RESOURCE_EXHAUSTED
// (disk full), else UNAVAILABLE or INTERNAL. Thread-compatible.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual absl::Status Append(absl::string_view data) = 0;
  virtual absl::Status Sync() = 0;   // fsync
  virtual absl::Status Close() = 0;  // Also done, unchecked, by the destructor.
};

// Reads at any offset. Thread-safe.
class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  virtual uint64_t size() const = 0;
  // Exactly `length` bytes; OUT_OF_RANGE past the end of the file.
  virtual absl::StatusOr<std::string> Read(uint64_t offset, uint64_t length) const = 0;
};

// Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) = 0;
  virtual absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) = 0;
  virtual absl::Status MakeDirectories(const std::string& path) = 0;
  virtual absl::Status SyncFile(const std::string& path) = 0;  // fsync of a closed file.
  virtual absl::Status SyncDirectory(const std::string& path) = 0;
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  virtual absl::Status RemoveAll(const std::string& path) = 0;  // OK when there is nothing.
  virtual bool Exists(const std::string& path) = 0;
  // Names, not paths, sorted.
  virtual absl::StatusOr<std::vector<std::string>> List(const std::string& directory) = 0;
};

// The machine's. Lives as long as the process.
FileSystem& LocalFileSystem();

// The whole file; RESOURCE_EXHAUSTED above `limit` bytes.
absl::StatusOr<std::string> ReadFile(FileSystem& files, const std::string& path, uint64_t limit = 1ULL << 30);

// Writes `path` so that a crash leaves the old content or the new, never a part: temporary file, fsync, rename,
// fsync of the directory.
absl::Status WriteFileAtomically(FileSystem& files, const std::string& path, absl::string_view content);

}  // namespace doodle

#endif  // DOODLE_COMMON_IO_FILE_SYSTEM_H_
