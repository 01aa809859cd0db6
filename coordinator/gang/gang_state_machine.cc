#include "coordinator/gang/gang_state_machine.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace doodle {

using Kind = GangVerdict::Kind;

GangStateMachine::GangStateMachine(GangLimits limits, GangTimes times) : limits_(limits), times_(times) {}

void GangStateMachine::Restore(GangRecord record, bool holds_slots, absl::Duration now) {
  generation_ = record.generation;
  history_ = std::move(record.history);
  committed_steps_ = record.committed_steps;
  budget_ = std::move(record.budget);
  if (!holds_slots) return;
  members_ = std::move(record.members);
  finished_ = std::move(record.finished);
  if (record.formed) {
    phase_ = GangPhase::kRunning;
    return;
  }
  // A generation whose start step is not on record may have begun anywhere: it is not waited for but replaced, once its
  // members are back or the time for that is over. Nobody failed, so that the job's budget is not charged.
  phase_ = GangPhase::kSettling;
  cause_ = "coordinator_restart";
  error_ = "the coordinator restarted";
  failure_counts_ = false;
  deadline_ = now + times_.reattach;
}

bool GangStateMachine::Has(const SlotId& slot) const {
  return std::find(members_.begin(), members_.end(), slot) != members_.end();
}

bool GangStateMachine::IsCurrent(uint64_t generation, uint32_t rank) const {
  return (phase_ == GangPhase::kForming || phase_ == GangPhase::kRunning) && generation == generation_ &&
         rank < members_.size();
}

GangVerdict GangStateMachine::Admit(std::vector<SlotId> slots, absl::Duration now) {
  if (phase_ != GangPhase::kIdle || slots.size() < limits_.min_ranks || slots.size() > limits_.max_ranks) return {};
  members_ = std::move(slots);
  without_state_.insert(members_.begin(), members_.end());
  cause_ = "start";
  return NextGeneration(now);
}

GangVerdict GangStateMachine::Join(std::vector<SlotId> slots, absl::Duration now) {
  if (phase_ != GangPhase::kWaiting) return {};
  for (SlotId& slot : slots) {
    if (Has(slot) || members_.size() >= limits_.max_ranks) continue;
    without_state_.insert(slot);
    members_.push_back(std::move(slot));
  }
  if (members_.size() < limits_.min_ranks) return {};
  return NextGeneration(now);
}

uint32_t GangStateMachine::Missing() const {
  if (phase_ != GangPhase::kWaiting) return 0;
  return limits_.min_ranks - static_cast<uint32_t>(members_.size());
}

bool GangStateMachine::Formed(uint64_t generation, uint64_t start_step, absl::Duration) {
  if (generation != generation_) return false;
  // The same report once more, since its answer was lost; with another start it is refused.
  if (phase_ == GangPhase::kRunning) return history_.back() == HistorySegment{generation, start_step};
  if (phase_ != GangPhase::kForming || start_step > limits_.total_steps) return false;
  History longer = history_;
  longer.push_back({generation, start_step});
  if (!HistoryProblem(longer).empty()) return false;
  history_ = std::move(longer);
  phase_ = GangPhase::kRunning;
  committed_steps_ = start_step;
  return true;
}

void GangStateMachine::Progress(uint64_t generation, uint64_t next_step) {
  if (generation != generation_ || phase_ != GangPhase::kRunning) return;
  committed_steps_ = std::min(limits_.total_steps, std::max(committed_steps_, next_step));
}

GangVerdict GangStateMachine::Finished(uint64_t generation, uint32_t rank, absl::Duration) {
  if (!IsCurrent(generation, rank) || phase_ != GangPhase::kRunning) return {};
  finished_.insert(rank);
  committed_steps_ = limits_.total_steps;
  if (finished_.size() < members_.size()) return {};
  return End(Kind::kSucceed, "");
}

GangVerdict GangStateMachine::TrainerExited(const SlotId& slot, uint64_t generation, const std::string& error,
                                            absl::Duration now) {
  const auto member = std::find(members_.begin(), members_.end(), slot);
  if (member == members_.end() || generation != generation_) return {};
  // A rank that has finished exits while the others still report: that is no failure.
  if (finished_.contains(static_cast<uint32_t>(member - members_.begin()))) return {};
  without_state_.insert(slot);
  return Settle({"trainer_exit", error, times_.settle_exit}, now);
}

GangVerdict GangStateMachine::WorkerLost(const std::string& worker, const std::string& error, absl::Duration now) {
  // Ranks that had finished and sat on the lost worker have nothing left to lose.
  bool unfinished = false;
  bool member = false;
  for (uint32_t rank = 0; rank < members_.size(); ++rank) {
    if (members_[rank].worker != worker) continue;
    member = true;
    unfinished |= !finished_.contains(rank);
  }
  if (!member || (!unfinished && phase_ == GangPhase::kRunning)) return {};
  GangVerdict verdict = Settle({"worker_lost", error, times_.settle_exit}, now);
  std::erase_if(members_, [&](const SlotId& slot) { return slot.worker == worker; });
  return verdict;
}

GangVerdict GangStateMachine::TrainerFailed(uint64_t generation, uint32_t rank, const std::string& error,
                                            bool permanent, absl::Duration now) {
  if (generation != generation_ || phase_ == GangPhase::kIdle) return {};
  if (permanent) return End(Kind::kFail, error);
  if (finished_.contains(rank)) return {};
  return Settle({"collective_failure", error, times_.settle_failure}, now);
}

GangVerdict GangStateMachine::SawGeneration(uint64_t generation, absl::Duration now) {
  if (generation <= generation_) return {};
  // A number is never used twice, also when the ledger that gave it out is lost.
  generation_ = generation;
  if (phase_ == GangPhase::kIdle) return {};
  const std::string error = absl::StrCat("a trainer knows generation ", generation);
  return Settle({"higher_generation", error, times_.settle_exit, false}, now);
}

void GangStateMachine::MembersAreBack(absl::Duration now) {
  if (phase_ == GangPhase::kSettling && !failure_counts_) deadline_ = std::min(deadline_, now);
}

GangVerdict GangStateMachine::Tick(absl::Duration now) {
  if (phase_ == GangPhase::kIdle || phase_ == GangPhase::kRunning || now < deadline_) return {};
  if (phase_ == GangPhase::kForming) {
    const std::string error =
        absl::StrCat("generation ", generation_, " did not form within ", absl::FormatDuration(times_.forming));
    return Settle({"forming_timeout", error, times_.settle_exit}, now);
  }
  if (phase_ == GangPhase::kSettling) return EndSettling(now);
  return End(Kind::kRequeue, absl::StrCat("fewer than ", limits_.min_ranks, " ranks for ",
                                          absl::FormatDuration(times_.below_min), ": ", error_));
}

std::vector<SlotId> GangStateMachine::Stop() {
  phase_ = GangPhase::kIdle;
  finished_.clear();
  return std::exchange(members_, {});
}

GangVerdict GangStateMachine::Settle(const Trouble& trouble, absl::Duration now) {
  if (phase_ == GangPhase::kSettling) {
    // The same failure, seen once more; what is known for certain shortens the wait, but for that after a restart.
    const absl::Duration wait = backing_off_ ? BackOff(trouble.wait) : trouble.wait;
    if (failure_counts_) deadline_ = std::min(deadline_, now + wait);
    return {};
  }
  if (phase_ != GangPhase::kForming && phase_ != GangPhase::kRunning) return {};
  backing_off_ = phase_ == GangPhase::kForming && trouble.counts;
  phase_ = GangPhase::kSettling;
  cause_ = trouble.cause;
  error_ = trouble.error;
  failure_counts_ = trouble.counts;
  deadline_ = now + (backing_off_ ? BackOff(trouble.wait) : trouble.wait);
  return {Kind::kReform, error_, {}};
}

absl::Duration GangStateMachine::BackOff(absl::Duration wait) const {
  for (uint32_t failure = 0; failure < budget_.failures && wait < times_.settle_longest; ++failure) wait *= 4;
  return std::min(wait, times_.settle_longest);
}

GangVerdict GangStateMachine::EndSettling(absl::Duration now) {
  if (failure_counts_ && !budget_.Spend(committed_steps_, error_, limits_.max_restarts)) {
    return End(Kind::kFail, absl::StrCat(budget_.failures, " failures in a row, max_restarts is ", limits_.max_restarts,
                                         "; the first: ", budget_.first_error));
  }
  if (members_.size() >= limits_.min_ranks) return NextGeneration(now);
  phase_ = GangPhase::kWaiting;
  deadline_ = now + times_.below_min;
  return {Kind::kWait, error_, {}};
}

GangVerdict GangStateMachine::NextGeneration(absl::Duration now) {
  std::sort(members_.begin(), members_.end());  // A rank is the place in this order: the same members, the same ranks.
  ++generation_;
  finished_.clear();
  const auto survived = [&](const SlotId& slot) { return !without_state_.contains(slot); };
  has_survivors_ = std::any_of(members_.begin(), members_.end(), survived);
  without_state_.clear();
  phase_ = GangPhase::kForming;
  deadline_ = now + times_.forming;
  return {Kind::kNewGeneration, cause_, {}};
}

GangVerdict GangStateMachine::End(Kind kind, const std::string& reason) { return {kind, reason, Stop()}; }

}  // namespace doodle
