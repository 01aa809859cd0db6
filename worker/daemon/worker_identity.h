// Who a worker is: an id that its data directory keeps, and a random incarnation for each start.
#ifndef DOODLE_WORKER_DAEMON_WORKER_IDENTITY_H_
#define DOODLE_WORKER_DAEMON_WORKER_IDENTITY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

inline constexpr uint32_t kFleetProtocolVersion = 1;

// Holds the data directory: while it lives no other daemon can use the same one. Immutable, hence thread-safe.
class WorkerIdentity {
 public:
  // Creates the directory, `lock` in it and, the first time, `worker_id`. FAILED_PRECONDITION when another process
  // holds the directory, INVALID_ARGUMENT when `worker_id` holds no name.
  static absl::StatusOr<std::unique_ptr<WorkerIdentity>> Open(FileSystem& files, const std::string& data_directory);
  ~WorkerIdentity();

  const std::string& id() const { return id_; }
  const std::string& incarnation() const { return incarnation_; }

 private:
  explicit WorkerIdentity(int lock) : lock_(lock) {}

  const int lock_;
  std::string id_;
  std::string incarnation_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_WORKER_IDENTITY_H_
