// Whether a gang hangs, and which rank the others wait for. Pure: a snapshot in, a verdict out.
//
// All ranks contribute to the same collectives in the same order, so that the rank with the lowest number is the one
// that did not arrive. How long it may take depends on what it is at: docs/protocols/gang.md has the table.
#ifndef DOODLE_COORDINATOR_GANG_HANG_POLICY_H_
#define DOODLE_COORDINATOR_GANG_HANG_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace doodle {

// As TrainerPhase of the trainers. DO NOT CHANGE.
enum class RankPhase { kStarting = 0, kInput = 1, kStep = 2, kEvaluation = 3, kCheckpoint = 4, kLeaving = 5 };

struct RankActivity {
  uint32_t rank = 0;
  uint64_t sequence = 0;  // Collectives contributed to in this generation.
  uint64_t steps = 0;     // Committed in this generation.
  RankPhase phase = RankPhase::kStarting;
  absl::Duration step_p99;
  // For how long its heartbeats have said the same: from the first such to the newest, so that the time in which nobody
  // listened does not count.
  absl::Duration unchanged;
};

struct HangTimes {
  absl::Duration starting = absl::Seconds(120);  // Also below `settled` steps.
  absl::Duration least = absl::Seconds(5);       // Of a step; 5 times its p99 where that is longer.
  uint64_t settled = 20;                         // Steps after which the p99 counts.
  absl::Duration waiting = absl::Minutes(30);    // Evaluation, last checkpoint, leaving: the group's own backstop.
};

struct HangVerdict {
  std::optional<uint32_t> rank;  // Who did not arrive; empty: all have contributed, and none gets an answer.
  std::string message;
};

// `ranks`: those that have not finished, each once. Empty: no hang, or a rank has not been heard of yet.
std::optional<HangVerdict> JudgeHang(const std::vector<RankActivity>& ranks, size_t world_size, const HangTimes& times);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_GANG_HANG_POLICY_H_
