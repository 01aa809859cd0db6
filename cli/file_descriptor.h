// A file descriptor that closes itself.
#ifndef DOODLE_CLI_FILE_DESCRIPTOR_H_
#define DOODLE_CLI_FILE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace doodle {

// Thread-compatible.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor() { Close(); }

  int get() const { return descriptor_; }
  void Close() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_;
};

}  // namespace doodle

#endif  // DOODLE_CLI_FILE_DESCRIPTOR_H_
