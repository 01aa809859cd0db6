// A directory that appears whole or not at all: written under a temporary name beside its place, synced, renamed.
#ifndef DOODLE_COMMON_IO_ATOMIC_DIRECTORY_H_
#define DOODLE_COMMON_IO_ATOMIC_DIRECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"

namespace doodle {

// Destroyed without Commit, it removes what it wrote. Thread-compatible. `files` must outlive it.
class AtomicDirectory {
 public:
  // ALREADY_EXISTS when `path` exists. Temporary name: ".<name>.tmp-<random>" in the same parent.
  static absl::StatusOr<std::unique_ptr<AtomicDirectory>> Create(FileSystem& files, std::string path);
  ~AtomicDirectory();

  // Where it is until Commit. What is put there by other means must be gone by then.
  const std::string& temporary_path() const { return temporary_; }

  // A file to be written in the directory. The caller closes it; Commit syncs.
  absl::StatusOr<std::unique_ptr<WritableFile>> CreateFile(absl::string_view name);
  absl::Status WriteFile(absl::string_view name, absl::string_view content);

  // fsync of each file and of the directory, rename to `path`, fsync of the parent. Files are synced in the order of
  // creation, so the manifest, created last, is last.
  absl::Status Commit();

 private:
  AtomicDirectory(FileSystem& files, std::string path, std::string temporary);

  FileSystem& files_;
  const std::string path_;
  const std::string temporary_;
  std::vector<std::string> names_;
  bool committed_ = false;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_IO_ATOMIC_DIRECTORY_H_
