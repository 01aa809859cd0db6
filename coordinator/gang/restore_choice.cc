#include "coordinator/gang/restore_choice.h"

#include <tuple>

namespace doodle {

std::optional<RestoreCandidate> ChooseRestore(std::span<const HistorySegment> history,
                                              std::span<const RestoreCandidate> candidates) {
  std::optional<RestoreCandidate> best;
  for (const RestoreCandidate& candidate : candidates) {
    if (!candidate.usable || !OnTheLine(history, candidate.tag)) continue;
    const auto key = [](const StateTag& tag) { return std::tuple(tag.next_step, tag.generation); };
    if (!best || key(candidate.tag) > key(best->tag)) best = candidate;
  }
  return best;
}

}  // namespace doodle
