// One coordinator per data directory, for as long as the process lives.
#ifndef DOODLE_COORDINATOR_LEDGER_DATA_DIRECTORY_LOCK_H_
#define DOODLE_COORDINATOR_LEDGER_DATA_DIRECTORY_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace doodle {

// Holds flock(2) on <directory>/lock. Thread-compatible.
class DataDirectoryLock {
 public:
  // FAILED_PRECONDITION when another process holds it; PERMISSION_DENIED or NOT_FOUND as open(2) says.
  static absl::StatusOr<std::unique_ptr<DataDirectoryLock>> Acquire(const std::string& directory);
  ~DataDirectoryLock();

  DataDirectoryLock(const DataDirectoryLock&) = delete;
  DataDirectoryLock& operator=(const DataDirectoryLock&) = delete;

 private:
  explicit DataDirectoryLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_LEDGER_DATA_DIRECTORY_LOCK_H_
