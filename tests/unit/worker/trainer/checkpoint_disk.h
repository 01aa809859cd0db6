// The machine's file system with hooks where a checkpoint begins and where it is complete.
#ifndef DOODLE_TESTS_UNIT_WORKER_TRAINER_CHECKPOINT_DISK_H_
#define DOODLE_TESTS_UNIT_WORKER_TRAINER_CHECKPOINT_DISK_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/io/file_system.h"

namespace doodle {

// Set the hooks before there are trainers; the threads that write checkpoints call them. Otherwise thread-safe.
class CheckpointDisk final : public FileSystem {
 public:
  // With the temporary directory's path; its error is that of the disk.
  std::function<absl::Status(const std::string& path)> on_begin;
  // With the path of the directory that is complete now.
  std::function<void(const std::string& path)> on_complete;

  absl::Status MakeDirectories(const std::string& path) override {
    if (on_begin && path.find("/.step-") != std::string::npos) {
      const absl::Status status = on_begin(path);
      if (!status.ok()) return status;
    }
    return LocalFileSystem().MakeDirectories(path);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    const absl::Status status = LocalFileSystem().Rename(from, to);
    if (status.ok() && on_complete) on_complete(to);
    return status;
  }
  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    return LocalFileSystem().Create(path);
  }
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    return LocalFileSystem().Open(path);
  }
  absl::Status SyncFile(const std::string& path) override { return LocalFileSystem().SyncFile(path); }
  absl::Status SyncDirectory(const std::string& path) override { return LocalFileSystem().SyncDirectory(path); }
  absl::Status RemoveAll(const std::string& path) override { return LocalFileSystem().RemoveAll(path); }
  bool Exists(const std::string& path) override { return LocalFileSystem().Exists(path); }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return LocalFileSystem().List(path);
  }
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_TRAINER_CHECKPOINT_DISK_H_
