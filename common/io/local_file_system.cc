#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/io/file_system.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status ErrnoStatus(int error, absl::string_view action, absl::string_view path) {
  return absl::ErrnoToStatus(error, absl::StrCat("cannot ", action, " ", path));
}

absl::Status SyncPath(const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, "open", path);
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return error == 0 ? absl::OkStatus() : ErrnoStatus(error, "sync", path);
}

class LocalWritableFile final : public WritableFile {
 public:
  LocalWritableFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~LocalWritableFile() override { (void)Close(); }

  absl::Status Append(absl::string_view data) override {
    while (!data.empty()) {
      const ssize_t written = write(descriptor_, data.data(), data.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return ErrnoStatus(errno, "write", path_);
      data.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }

  absl::Status Sync() override {
    return fsync(descriptor_) == 0 ? absl::OkStatus() : ErrnoStatus(errno, "sync", path_);
  }

  absl::Status Close() override {
    // Given up first: on Linux a descriptor is closed even when close() reports an error, and its number is reused.
    const int descriptor = std::exchange(descriptor_, -1);
    if (descriptor < 0) return absl::OkStatus();
    return close(descriptor) == 0 ? absl::OkStatus() : ErrnoStatus(errno, "close", path_);
  }

 private:
  int descriptor_;
  const std::string path_;
};

class LocalRandomAccessFile final : public RandomAccessFile {
 public:
  LocalRandomAccessFile(int descriptor, uint64_t size, std::string path)
      : descriptor_(descriptor), size_(size), path_(std::move(path)) {}
  ~LocalRandomAccessFile() override { close(descriptor_); }

  uint64_t size() const override { return size_; }

  absl::StatusOr<std::string> Read(uint64_t offset, uint64_t length) const override {
    if (offset > size_ || length > size_ - offset) {
      return absl::OutOfRangeError(
          absl::StrCat(path_, ": bytes ", offset, " to ", offset + length, " of a file of ", size_));
    }
    std::string data(length, '\0');
    for (uint64_t done = 0; done < length;) {
      const ssize_t got = pread(descriptor_, data.data() + done, length - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return ErrnoStatus(errno, "read", path_);
      if (got == 0) return absl::DataLossError(absl::StrCat(path_, ": was cut short while open"));
      done += static_cast<uint64_t>(got);
    }
    return data;
  }

 private:
  const int descriptor_;
  const uint64_t size_;
  const std::string path_;
};

class Local final : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) return ErrnoStatus(errno, "create", path);
    return std::make_unique<LocalWritableFile>(descriptor, path);
  }

  absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return ErrnoStatus(errno, "open", path);
    struct stat info {};
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
      close(descriptor);
      return absl::InvalidArgumentError(absl::StrCat("cannot open ", path, ": not a regular file"));
    }
    return std::make_unique<LocalRandomAccessFile>(descriptor, static_cast<uint64_t>(info.st_size), path);
  }

  absl::Status MakeDirectories(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    return error ? ErrnoStatus(error.value(), "create directory", path) : absl::OkStatus();
  }

  absl::Status SyncFile(const std::string& path) override { return SyncPath(path, O_RDONLY); }

  absl::Status SyncDirectory(const std::string& path) override {
    return SyncPath(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    return rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus()
                                                 : ErrnoStatus(errno, absl::StrCat("rename ", from, " to"), to);
  }

  absl::Status RemoveAll(const std::string& path) override {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    return error ? ErrnoStatus(error.value(), "remove", path) : absl::OkStatus();
  }

  bool Exists(const std::string& path) override {
    std::error_code error;
    return std::filesystem::exists(path, error);
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& directory) override {
    std::error_code error;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(entry->path().filename());
    }
    if (error) return ErrnoStatus(error.value(), "list", directory);
    std::sort(names.begin(), names.end());  // A directory's own order differs between machines.
    return names;
  }
};

}  // namespace

FileSystem& LocalFileSystem() {
  static auto* const files = new Local;
  return *files;
}

}  // namespace doodle
