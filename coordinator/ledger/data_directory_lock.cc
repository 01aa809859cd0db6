#include "coordinator/ledger/data_directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace doodle {

absl::StatusOr<std::unique_ptr<DataDirectoryLock>> DataDirectoryLock::Acquire(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/lock");
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, path);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    ::close(descriptor);
    if (error == EWOULDBLOCK) {
      return absl::FailedPreconditionError(absl::StrCat(directory, ": another coordinator is running on it"));
    }
    return absl::ErrnoToStatus(error, path);
  }
  return std::unique_ptr<DataDirectoryLock>(new DataDirectoryLock(descriptor));
}

DataDirectoryLock::~DataDirectoryLock() { ::close(descriptor_); }

}  // namespace doodle
