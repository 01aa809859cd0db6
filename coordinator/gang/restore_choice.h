// Which checkpoint a generation restores from when no member has state in memory. Pure.
#ifndef DOODLE_COORDINATOR_GANG_RESTORE_CHOICE_H_
#define DOODLE_COORDINATOR_GANG_RESTORE_CHOICE_H_

#include <optional>
#include <span>
#include <string>

#include "common/history/history.h"

namespace doodle {

struct RestoreCandidate {
  std::string name{};
  StateTag tag{};
  bool usable = true;  // False: a leader has refused it.
};

// The newest usable candidate on the line of `history`: the highest step, then the highest generation. Empty: the job
// begins anew from its seed.
std::optional<RestoreCandidate> ChooseRestore(std::span<const HistorySegment> history,
                                              std::span<const RestoreCandidate> candidates);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_GANG_RESTORE_CHOICE_H_
