// Port: reports to the coordinator, and what it says back. Bound to worker/link in a trainer, to a fake in tests.
#ifndef DOODLE_WORKER_GANG_TRANSPORT_H_
#define DOODLE_WORKER_GANG_TRANSPORT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/gang/assignment.h"

namespace doodle {

// Hashes of this rank's own memory.
struct StateDigest {
  std::string parameters;
  std::string optimizer;

  bool operator==(const StateDigest&) const = default;
};

struct FormedReport {
  uint64_t start_step = 0;
  uint32_t leader_rank = 0;
  std::string restored_from;  // survivor | checkpoint:<name> | init:<source> | seed
  StateDigest digest;
};

struct FinishedReport {
  uint64_t next_step = 0;
  uint64_t samples = 0;  // Of this rank in this generation.
  StateDigest digest;
};

// The answer to RestoreRefused: the next source, or none (initialize from the seed).
struct RestoreAnswer {
  std::optional<RestoreSource> restore;
};

// Called from the training thread only; the implementation may have threads of its own.
class Transport {
 public:
  virtual ~Transport() = default;

  // Waits for an assignment of a generation above `above`. DEADLINE_EXCEEDED, CANCELLED when told to leave,
  // UNAVAILABLE when the daemon is gone.
  virtual absl::StatusOr<GangAssignment> AwaitAssignment(uint64_t above, absl::Duration timeout) = 0;

  // The highest generation heard of: more than one's own means that one's own is superseded.
  virtual uint64_t NewestGeneration() const = 0;

  // True once the daemon has asked this trainer to leave.
  virtual bool LeaveRequested() const = 0;

  // Each waits until the coordinator has made the report durable. ABORTED when the generation is stale or the state
  // is not on the line.
  virtual absl::Status ReportFormed(const FormedReport& report) = 0;
  virtual absl::Status ReportFinished(const FinishedReport& report) = 0;
  virtual absl::StatusOr<RestoreAnswer> ReportRestoreRefused(const std::string& checkpoint,
                                                             const std::string& reason) = 0;
  // Does not wait. permanent: repeating cannot help, the job fails.
  virtual void ReportFailure(const absl::Status& status, bool permanent) = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_TRANSPORT_H_
