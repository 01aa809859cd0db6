// Port: the model state of this rank as the protocol sees it.
#ifndef DOODLE_WORKER_GANG_STATE_STORE_H_
#define DOODLE_WORKER_GANG_STATE_STORE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/history/history.h"
#include "worker/gang/transport.h"

namespace doodle {

// Single-threaded: the training thread.
class StateStore {
 public:
  virtual ~StateStore() = default;
  virtual bool valid() const = 0;  // False: there is no state, or a change of it was not completed.
  virtual StateTag tag() const = 0;
  virtual StateDigest Digest() const = 0;  // Hashed from memory now.
  virtual absl::Status InitializeFromSeed() = 0;
  virtual absl::Status LoadCheckpoint(const std::string& name) = 0;  // Verifies first.
  // Every rank calls it: the leader's whole state goes to all others, into spare buffers that are swapped in when
  // their digest equals the leader's. INTERNAL when it does not: the old state stays.
  virtual absl::Status AdoptFrom(uint32_t leader_rank, const StateDigest& leader_digest) = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_STATE_STORE_H_
