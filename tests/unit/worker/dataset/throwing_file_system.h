// A file system whose reads throw std::bad_alloc on command: what a machine without memory does to a decoder.
#ifndef DOODLE_TESTS_UNIT_WORKER_DATASET_THROWING_FILE_SYSTEM_H_
#define DOODLE_TESTS_UNIT_WORKER_DATASET_THROWING_FILE_SYSTEM_H_

#include <atomic>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "common/io/file_system.h"

namespace doodle {

// Thread-safe.
class ThrowingFileSystem final : public FileSystem {
 public:
  std::atomic<bool> throwing = false;

  absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    absl::StatusOr<std::unique_ptr<RandomAccessFile>> file = LocalFileSystem().Open(path);
    if (!file.ok()) return file.status();
    return std::make_unique<File>(*std::move(file), throwing);
  }
  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    return LocalFileSystem().Create(path);
  }
  absl::Status MakeDirectories(const std::string& path) override { return LocalFileSystem().MakeDirectories(path); }
  absl::Status SyncFile(const std::string& path) override { return LocalFileSystem().SyncFile(path); }
  absl::Status SyncDirectory(const std::string& path) override { return LocalFileSystem().SyncDirectory(path); }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    return LocalFileSystem().Rename(from, to);
  }
  absl::Status RemoveAll(const std::string& path) override { return LocalFileSystem().RemoveAll(path); }
  bool Exists(const std::string& path) override { return LocalFileSystem().Exists(path); }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return LocalFileSystem().List(path);
  }

 private:
  class File final : public RandomAccessFile {
   public:
    File(std::unique_ptr<RandomAccessFile> file, const std::atomic<bool>& throwing)
        : file_(std::move(file)), throwing_(throwing) {}
    uint64_t size() const override { return file_->size(); }
    absl::StatusOr<std::string> Read(uint64_t offset, uint64_t length) const override {
      if (throwing_) throw std::bad_alloc();
      return file_->Read(offset, length);
    }

   private:
    const std::unique_ptr<RandomAccessFile> file_;
    const std::atomic<bool>& throwing_;
  };
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_DATASET_THROWING_FILE_SYSTEM_H_
