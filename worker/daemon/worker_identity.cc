#include "worker/daemon/worker_identity.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/ids/names.h"
#include "common/ids/random_id.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::StatusOr<std::string> ReadOrCreateId(FileSystem& files, const std::string& path) {
  if (!files.Exists(path)) {
    const std::string id = absl::StrCat("w-", RandomHex(4));
    DOODLE_RETURN_IF_ERROR(WriteFileAtomically(files, path, absl::StrCat(id, "\n")));
    return id;
  }
  DOODLE_ASSIGN_OR_RETURN(const std::string text, ReadFile(files, path, 4096));
  const std::string id(absl::StripAsciiWhitespace(text));
  DOODLE_RETURN_IF_ERROR(ValidateName("worker_id", id), path);
  return id;
}

}  // namespace

WorkerIdentity::~WorkerIdentity() { close(lock_); }

absl::StatusOr<std::unique_ptr<WorkerIdentity>> WorkerIdentity::Open(FileSystem& files,
                                                                     const std::string& data_directory) {
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(data_directory), "data directory");
  const std::string path = absl::StrCat(data_directory, "/lock");
  const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return absl::ErrnoToStatus(errno, path);
  std::unique_ptr<WorkerIdentity> identity(new WorkerIdentity(lock));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(data_directory, ": another doodle-worker uses this directory"));
  }
  DOODLE_ASSIGN_OR_RETURN(identity->id_, ReadOrCreateId(files, absl::StrCat(data_directory, "/worker_id")));
  identity->incarnation_ = RandomHex();
  return identity;
}

}  // namespace doodle
