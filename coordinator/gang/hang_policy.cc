#include "coordinator/gang/hang_policy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

const char* Doing(RankPhase phase) {
  switch (phase) {
    case RankPhase::kStarting:
      return "starting";
    case RankPhase::kInput:
      return "waiting for input";
    case RankPhase::kStep:
      return "in a step";
    case RankPhase::kEvaluation:
      return "evaluating";
    case RankPhase::kCheckpoint:
      return "writing its last checkpoint";
    case RankPhase::kLeaving:
      return "leaving";
  }
  return "at something unknown";
}

absl::Duration Deadline(const RankActivity& late, absl::Duration step_p99, const HangTimes& times) {
  switch (late.phase) {
    case RankPhase::kStarting:
      return times.starting;
    case RankPhase::kInput:
    case RankPhase::kStep:
      return late.steps < times.settled ? times.starting : std::max(times.least, 5 * step_p99);
    default:
      return times.waiting;
  }
}

}  // namespace

std::optional<HangVerdict> JudgeHang(const std::vector<RankActivity>& ranks, size_t world_size,
                                     const HangTimes& times) {
  if (ranks.empty() || ranks.size() < world_size) return std::nullopt;
  const auto [late, ahead] = std::minmax_element(ranks.begin(), ranks.end(),
                                                 [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  absl::Duration unchanged = absl::InfiniteDuration();
  absl::Duration step_p99;
  for (const RankActivity& rank : ranks) {
    unchanged = std::min(unchanged, rank.unchanged);
    step_p99 = std::max(step_p99, rank.step_p99);
  }
  if (unchanged < Deadline(*late, step_p99, times)) return std::nullopt;
  HangVerdict verdict;
  const std::string since = absl::FormatDuration(absl::Trunc(unchanged, absl::Milliseconds(100)));
  if (late->sequence == ahead->sequence && ranks.size() > 1) {
    verdict.message = absl::StrCat("no progress for ", since, ": all ranks have contributed to collective ",
                                   late->sequence, " and get no answer, rank ", late->rank, " is ", Doing(late->phase));
    return verdict;
  }
  verdict.rank = late->rank;
  verdict.message = absl::StrCat("rank ", late->rank, " did not arrive at collective ", late->sequence + 1, ": ",
                                 Doing(late->phase), " for ", since);
  if (ranks.size() > 1)
    absl::StrAppend(&verdict.message, ", rank ", ahead->rank, " has contributed to ", ahead->sequence);
  return verdict;
}

}  // namespace doodle
