// A file system that fails on command: the disk fills, a sync fails, a rename is lost. Wraps another one.
#ifndef DOODLE_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_
#define DOODLE_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/io/file_system.h"

namespace doodle {

// Counts every operation that changes the disk; the operation number `fail_at` (from 0) and all after it fail with
// `error`, as if the machine had stopped there. Thread-compatible.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(FileSystem& base) : base_(base) {}

  void FailFrom(int64_t operation, absl::Status error) {
    fail_at_ = operation;
    error_ = std::move(error);
  }
  int64_t operations() const { return operations_; }
  // "create manifest.json", "append ...", "sync ...", "rename ...": what was done, in order.
  const std::vector<std::string>& log() const { return log_; }

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override { return base_.Open(path); }
  absl::Status MakeDirectories(const std::string& path) override;
  absl::Status SyncFile(const std::string& path) override;
  absl::Status SyncDirectory(const std::string& path) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status RemoveAll(const std::string& path) override;
  bool Exists(const std::string& path) override { return base_.Exists(path); }
  absl::StatusOr<std::vector<std::string>> List(const std::string& directory) override { return base_.List(directory); }

 private:
  friend class FaultyFile;
  absl::Status Count(std::string operation);

  FileSystem& base_;
  int64_t operations_ = 0;
  int64_t fail_at_ = INT64_MAX;
  absl::Status error_;
  std::vector<std::string> log_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_
