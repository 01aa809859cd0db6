// Which checkpoints of a job may go. Pure.
#ifndef DOODLE_COMMON_CHECKPOINT_RETENTION_POLICY_H_
#define DOODLE_COMMON_CHECKPOINT_RETENTION_POLICY_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/history/history.h"

namespace doodle {

struct RetentionCandidate {
  std::string name{};
  StateTag tag{};
  bool verified = false;
  bool on_line = true;            // Its state is part of the job's history.
  std::optional<double> score{};  // The metric `best` is by; higher is better.
};

struct RetentionRule {
  int keep_last = 3;
  int keep_best = 1;
};

// Names to delete, oldest first. Kept: the `keep_last` newest and the `keep_best` best of those that are verified and
// on the line, and always the newest verified one on the line, whatever the rule says. When there is none, the newest
// verified one of all. The others go, unless they are newer than the newest kept one (a checkpoint not verified yet).
std::vector<std::string> CheckpointsToDelete(std::span<const RetentionCandidate> candidates, const RetentionRule& rule);

}  // namespace doodle

#endif  // DOODLE_COMMON_CHECKPOINT_RETENTION_POLICY_H_
