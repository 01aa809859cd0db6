#include "common/history/history.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

// Whether some generation of `prior` can have left a state at `step`. The opening segment commits nothing: all it
// holds is the fresh state at step 0.
bool HasState(std::span<const HistorySegment> prior, uint64_t step) {
  return std::any_of(prior.begin(), prior.end(), [&](const HistorySegment& segment) {
    return (segment.generation > 0 || step == 0) && OnTheLine(prior, {segment.generation, step});
  });
}

}  // namespace

bool OnTheLine(std::span<const HistorySegment> history, StateTag tag) {
  const auto own = std::find_if(history.begin(), history.end(),
                                [&](const HistorySegment& s) { return s.generation == tag.generation; });
  if (own == history.end() || tag.next_step < own->start_step) return false;
  return std::all_of(own + 1, history.end(),
                     [&](const HistorySegment& later) { return tag.next_step <= later.start_step; });
}

std::string HistoryProblem(std::span<const HistorySegment> history) {
  if (history.empty()) return "a history has at least the opening segment (0, 0)";
  if (history[0] != HistorySegment{}) return "a history opens with (0, 0)";
  for (size_t i = 1; i < history.size(); ++i) {
    const HistorySegment& segment = history[i];
    if (segment.generation <= history[i - 1].generation) {
      return absl::StrCat("generation ", segment.generation, " follows ", history[i - 1].generation);
    }
    if (!HasState(history.first(i), segment.start_step)) {
      return absl::StrCat("generation ", segment.generation, " starts at step ", segment.start_step,
                          ", which no generation before it reached");
    }
  }
  return "";
}

}  // namespace doodle
