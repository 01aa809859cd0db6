// The history of a job: which generations formed, and where each began. One pure predicate decides who may lead a gang
// and which checkpoints may be registered or restored (docs/protocols/gang.md).
#ifndef DOODLE_COMMON_HISTORY_HISTORY_H_
#define DOODLE_COMMON_HISTORY_HISTORY_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace doodle {

// Generation of a state's last commit, and its next step. Fresh from the seed or from other weights: (0, 0).
struct StateTag {
  uint64_t generation = 0;
  uint64_t next_step = 0;

  bool operator==(const StateTag&) const = default;
};

// A formed generation and the step it began at. Every history opens with (0, 0).
struct HistorySegment {
  uint64_t generation = 0;
  uint64_t start_step = 0;

  bool operator==(const HistorySegment&) const = default;
};

using History = std::vector<HistorySegment>;

// True when `history` contains the state: its generation is a segment, its step is not before that segment's start
// nor past the start of any later one. Pure; generations in `history` rise.
bool OnTheLine(std::span<const HistorySegment> history, StateTag tag);

// Why `history` breaks its rules, empty when it does not: it opens with (0, 0), generations rise, and each segment
// starts at a state that the segments before it contain. Generation 0 commits nothing, so the first formed
// generation starts at step 0.
std::string HistoryProblem(std::span<const HistorySegment> history);

}  // namespace doodle

#endif  // DOODLE_COMMON_HISTORY_HISTORY_H_
