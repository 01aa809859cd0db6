#include "coordinator/fleet/worker_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace doodle {

absl::StatusOr<WorkerTable::Registration> WorkerTable::Register(const WorkerInfo& info, absl::Duration now,
                                                                absl::Time wall) {
  Registration registration;
  auto found = workers_.find(info.id);
  if (found != workers_.end()) {
    const WorkerEntry& known = found->second;
    registration.new_incarnation = known.info.incarnation != info.incarnation;
    registration.was_lost = known.lost;
    // Two daemons with one name would take each other's assignments; the second waits until the first is lost.
    if (registration.new_incarnation && known.connected && !known.lost) {
      return absl::AlreadyExistsError(absl::StrCat("worker ", info.id, " is live as another process on ",
                                                   known.info.hostname, " (", known.info.metrics_address, ")"));
    }
  }
  WorkerEntry& entry = workers_[info.id];
  entry.info = info;
  entry.lost = false;
  entry.connected = true;
  entry.last_heard = now;
  entry.register_time = wall;
  entry.heartbeat_time = wall;
  entry.slots.resize(info.slots);
  return registration;
}

void WorkerTable::Restore(const WorkerInfo& info, absl::Duration now, absl::Time registered) {
  WorkerEntry& entry = workers_[info.id];
  entry.info = info;
  entry.last_heard = now;
  entry.register_time = registered;
  entry.heartbeat_time = registered;
  entry.slots.resize(info.slots);
}

bool WorkerTable::Heartbeat(const std::string& id, const std::string& incarnation, absl::Duration now,
                            absl::Time wall) {
  auto found = workers_.find(id);
  if (found == workers_.end()) return false;
  WorkerEntry& entry = found->second;
  if (entry.lost || !entry.connected || entry.info.incarnation != incarnation) return false;
  entry.last_heard = now;
  entry.heartbeat_time = wall;
  return true;
}

void WorkerTable::Disconnect(const std::string& id, const std::string& incarnation) {
  auto found = workers_.find(id);
  // The end of an old stream, heard of late, says nothing about the process that registered since.
  if (found != workers_.end() && found->second.info.incarnation == incarnation) found->second.connected = false;
}

std::vector<std::string> WorkerTable::FindLost(absl::Duration now) {
  // Heartbeats that arrived while this process did not run are still unread: the time it came late is not silence.
  const absl::Duration late =
      last_look_ ? std::max(absl::ZeroDuration(), now - *last_look_ - times_.look_every) : absl::ZeroDuration();
  last_look_ = now;
  std::vector<std::string> lost;
  for (auto& [id, entry] : workers_) {
    if (entry.lost) continue;
    if (late > absl::ZeroDuration()) entry.last_heard = std::min(now, entry.last_heard + late);
    if (now - entry.last_heard < times_.lost_after) continue;
    entry.lost = true;
    entry.connected = false;
    lost.push_back(id);
  }
  return lost;
}

const WorkerEntry* WorkerTable::Find(const std::string& id) const {
  auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : &found->second;
}

bool WorkerTable::IsLive(const std::string& id) const {
  const WorkerEntry* entry = Find(id);
  return entry != nullptr && !entry->lost && entry->connected;
}

void WorkerTable::Assign(const SlotId& slot, const std::string& job, uint64_t generation, uint32_t rank,
                         absl::Duration now) {
  if (auto* use = Slot(slot)) *use = SlotUse{job, generation, rank, false, false, now};
}

void WorkerTable::MarkSeen(const SlotId& slot) {
  if (auto* use = Slot(slot); use != nullptr && use->has_value()) (*use)->seen = true;
}

void WorkerTable::MarkReleasing(const SlotId& slot, absl::Duration now) {
  if (auto* use = Slot(slot); use != nullptr && use->has_value()) {
    (*use)->releasing = true;
    (*use)->since = now;
  }
}

void WorkerTable::Free(const SlotId& slot) {
  if (auto* use = Slot(slot)) use->reset();
}

std::optional<SlotUse> WorkerTable::UseOf(const SlotId& slot) const {
  const WorkerEntry* entry = Find(slot.worker);
  if (entry == nullptr || slot.slot >= entry->slots.size()) return std::nullopt;
  return entry->slots[slot.slot];
}

void WorkerTable::FreeReleased(const std::string& id, const std::vector<uint32_t>& running, absl::Duration now) {
  auto found = workers_.find(id);
  if (found == workers_.end()) return;
  for (uint32_t number = 0; number < found->second.slots.size(); ++number) {
    std::optional<SlotUse>& use = found->second.slots[number];
    if (!use || !use->releasing || now - use->since < times_.release_settle) continue;
    if (std::find(running.begin(), running.end(), number) == running.end()) use.reset();
  }
}

std::optional<SlotUse>* WorkerTable::Slot(const SlotId& slot) {
  auto found = workers_.find(slot.worker);
  if (found == workers_.end() || slot.slot >= found->second.slots.size()) return nullptr;
  return &found->second.slots[slot.slot];
}

}  // namespace doodle
