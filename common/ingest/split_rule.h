// How an ingest cuts its drawings into splits: "valid=10%", "stack=34000". Pure.
#ifndef DOODLE_COMMON_INGEST_SPLIT_RULE_H_
#define DOODLE_COMMON_INGEST_SPLIT_RULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

inline constexpr char kTrainSplit[] = "train";  // What the rules leave.

struct SplitRule {
  std::string name;
  bool is_share = false;
  uint64_t value = 0;  // A number of drawings; for a share millionths of a percent.

  bool operator==(const SplitRule&) const = default;
};

// "NAME=COUNT" or "NAME=SHARE%", the share with at most six digits after the point. INVALID_ARGUMENT names the rule.
absl::StatusOr<SplitRule> ParseSplitRule(absl::string_view text);

struct SplitSize {
  std::string name;
  uint64_t drawings = 0;

  bool operator==(const SplitSize&) const = default;
};

// Sizes in order of key hash: the rules' in their order, each share rounded down, "train" with the rest last.
// INVALID_ARGUMENT for a name that is bad, repeated or "train", and for rules that ask for more than `drawings`.
absl::StatusOr<std::vector<SplitSize>> CutSplits(const std::vector<SplitRule>& rules, uint64_t drawings);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_SPLIT_RULE_H_
