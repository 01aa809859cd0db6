#include "coordinator/control/pending_work.h"

#include <utility>

namespace doodle {

void PendingWork::Ask(const std::string& name, Work work, absl::Duration now) {
  Entry& entry = entries_[name];
  entry.again = entry.begun;
  entry.work = std::move(work);
  entry.asked = now;
}

PendingWork::Work PendingWork::Begin(const std::string& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.begun) return nullptr;
  found->second.begun = true;
  return found->second.work;
}

bool PendingWork::End(const std::string& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return false;
  if (!found->second.again) {
    entries_.erase(found);
    return false;
  }
  found->second.begun = found->second.again = false;
  return true;
}

bool PendingWork::AskedAgain(const std::string& name) const {
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.again;
}

std::vector<std::string> PendingWork::Late(absl::Duration now) {
  std::vector<std::string> names;
  for (auto& [name, entry] : entries_) {
    if (entry.begun || now - entry.asked < LateAfter()) continue;
    entry.asked = now;
    names.push_back(name);
  }
  return names;
}

}  // namespace doodle
