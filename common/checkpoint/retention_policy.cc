#include "common/checkpoint/retention_policy.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace doodle {
namespace {

using Candidate = const RetentionCandidate*;

auto Age(Candidate candidate) { return std::tuple(candidate->tag.generation, candidate->tag.next_step); }

// Newest first: a later generation's state is newer even at a lower step (a rollback).
std::vector<Candidate> NewestFirst(std::span<const RetentionCandidate> candidates) {
  std::vector<Candidate> sorted;
  for (const RetentionCandidate& candidate : candidates) sorted.push_back(&candidate);
  std::ranges::sort(sorted, std::greater<>(), Age);
  return sorted;
}

std::vector<Candidate> Usable(const std::vector<Candidate>& sorted) {
  std::vector<Candidate> usable;
  std::ranges::copy_if(sorted, std::back_inserter(usable), [](Candidate c) { return c->verified && c->on_line; });
  if (!usable.empty()) return usable;
  auto verified = std::ranges::find_if(sorted, [](Candidate c) { return c->verified; });
  if (verified != sorted.end()) usable.push_back(*verified);
  return usable;
}

}  // namespace

std::vector<std::string> CheckpointsToDelete(std::span<const RetentionCandidate> candidates,
                                             const RetentionRule& rule) {
  const std::vector<Candidate> sorted = NewestFirst(candidates);
  const std::vector<Candidate> usable = Usable(sorted);
  if (usable.empty()) return {};  // Nothing can be trusted: nothing is thrown away.

  std::set<Candidate> kept;
  size_t last = static_cast<size_t>(std::max(rule.keep_last, 1));
  kept.insert(usable.begin(), usable.begin() + static_cast<ptrdiff_t>(std::min(last, usable.size())));

  std::vector<Candidate> scored;
  std::ranges::copy_if(usable, std::back_inserter(scored), [](Candidate c) { return c->score.has_value(); });
  // Stable: of equal scores the newer one is kept.
  std::ranges::stable_sort(scored, std::greater<>(), [](Candidate c) { return *c->score; });
  size_t best = std::min(static_cast<size_t>(std::max(rule.keep_best, 0)), scored.size());
  kept.insert(scored.begin(), scored.begin() + static_cast<ptrdiff_t>(best));

  std::vector<std::string> doomed;
  for (auto candidate = sorted.rbegin(); candidate != sorted.rend(); ++candidate) {
    bool may_be_coming = !(*candidate)->verified && Age(*candidate) > Age(usable.front());
    if (!kept.contains(*candidate) && !may_be_coming) doomed.push_back((*candidate)->name);
  }
  return doomed;
}

}  // namespace doodle
