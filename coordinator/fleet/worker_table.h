// The workers that the coordinator knows, their heartbeats, and what each slot is used for.
//
//   unknown --(1) register--> live --(2) silent for 2 s--> lost --(3) register--> live
//
// (1) A second incarnation while the first is connected is refused with the first one's address; one that follows a
//     closed stream is accepted, and the trainers of the one before are gone.
// (2) Measured from the last heartbeat, less the time by which the observer itself came late.
// (3) A heartbeat of a lost or unknown worker is answered with "register again", which is no error.
#ifndef DOODLE_COORDINATOR_FLEET_WORKER_TABLE_H_
#define DOODLE_COORDINATOR_FLEET_WORKER_TABLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/ids/slot_id.h"

namespace doodle {

struct WorkerInfo {
  std::string id{};
  std::string incarnation{};
  uint32_t slots = 0;
  std::string hostname{};
  std::string metrics_address{};  // host:port
  uint32_t gpus = 0;
  std::string version{};
};

struct SlotUse {
  std::string job{};
  uint64_t generation = 0;
  uint32_t rank = 0;
  bool seen = false;       // A heartbeat has named this trainer since it was assigned.
  bool releasing = false;  // Told to end; free once it is gone.
  absl::Duration since{};  // Assigned, or released when `releasing`.
};

struct WorkerEntry {
  WorkerInfo info{};
  bool lost = false;
  bool connected = false;
  absl::Duration last_heard{};  // Steady time.
  absl::Time register_time{};
  absl::Time heartbeat_time{};
  std::vector<std::optional<SlotUse>> slots{};  // By number; empty: free.
};

struct FleetTimes {
  absl::Duration lost_after = absl::Seconds(2);
  absl::Duration look_every = absl::Milliseconds(20);        // How often FindLost is meant to be called.
  absl::Duration release_settle = absl::Milliseconds(1000);  // Before a heartbeat's silence frees a slot.
};

// Times are steady but for the two that people read. Thread-compatible.
class WorkerTable {
 public:
  explicit WorkerTable(FleetTimes times) : times_(times) {}

  struct Registration {
    bool new_incarnation = false;  // The trainers of the one before are gone.
    bool was_lost = false;
  };
  // ALREADY_EXISTS names the address of a live other incarnation. Slots keep their use when the incarnation is the
  // same or the number of slots did not shrink below them.
  absl::StatusOr<Registration> Register(const WorkerInfo& info, absl::Duration now, absl::Time wall);

  // A worker of the ledger after a restart: taken as live, not connected, last heard at `now`.
  void Restore(const WorkerInfo& info, absl::Duration now, absl::Time registered);

  // False: unknown, lost or another incarnation; it has to register again.
  bool Heartbeat(const std::string& id, const std::string& incarnation, absl::Duration now, absl::Time wall);

  void Disconnect(const std::string& id, const std::string& incarnation);

  // Workers that became lost, each told once. Their slots keep their use until the caller clears it.
  std::vector<std::string> FindLost(absl::Duration now);

  // Null when unknown.
  const WorkerEntry* Find(const std::string& id) const;
  const std::map<std::string, WorkerEntry>& workers() const { return workers_; }
  bool IsLive(const std::string& id) const;

  // Slot bookkeeping; a slot that does not exist is ignored.
  void Assign(const SlotId& slot, const std::string& job, uint64_t generation, uint32_t rank, absl::Duration now);
  void MarkSeen(const SlotId& slot);
  void MarkReleasing(const SlotId& slot, absl::Duration now);
  void Free(const SlotId& slot);
  std::optional<SlotUse> UseOf(const SlotId& slot) const;
  // Slots told to end whose trainer the newest heartbeat no longer names: they are freed.
  void FreeReleased(const std::string& id, const std::vector<uint32_t>& running, absl::Duration now);

 private:
  std::optional<SlotUse>* Slot(const SlotId& slot);

  const FleetTimes times_;
  std::map<std::string, WorkerEntry> workers_;
  std::optional<absl::Duration> last_look_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_FLEET_WORKER_TABLE_H_
