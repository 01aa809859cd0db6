// Slow work that must be done although the executor drops what it has no room for: kept by name until it is done, and
// found again when it was asked for a while ago and nobody has begun it. Pure bookkeeping; the controller runs it.
//
//     pending.Ask("read step-20", [...] { ... }, now);   executor: Begin -> work() -> End
//     for (name : pending.Late(now)) ...                 every second: asked for again
#ifndef DOODLE_COORDINATOR_CONTROL_PENDING_WORK_H_
#define DOODLE_COORDINATOR_CONTROL_PENDING_WORK_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace doodle {

// Thread-compatible; times are steady.
class PendingWork {
 public:
  using Work = std::function<void()>;
  static constexpr absl::Duration LateAfter() { return absl::Seconds(2); }

  // Work of the same name is replaced. Where that has begun already it runs once more afterwards.
  void Ask(const std::string& name, Work work, absl::Duration now);
  // What to run; null: it is done, or somebody is at it.
  Work Begin(const std::string& name);
  // True: it was asked for again meanwhile, and must be begun again.
  bool End(const std::string& name);
  bool AskedAgain(const std::string& name) const;
  // Asked for at least 2 s ago and not begun. They count as asked for now.
  std::vector<std::string> Late(absl::Duration now);
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Work work;
    absl::Duration asked;
    bool begun = false;
    bool again = false;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_PENDING_WORK_H_
