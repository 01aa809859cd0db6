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
  failure_ = FailureOf(std::nullopt, "coordinator_restart", "the coordinator restarted", Blame::kSymptom);
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
                                            absl::Duration now, const std::string& log_tail) {
  const auto member = std::find(members_.begin(), members_.end(), slot);
  if (member == members_.end() || generation != generation_) return {};
  // A rank that has finished exits while the others still report: that is no failure.
  const auto rank = static_cast<uint32_t>(member - members_.begin());
  if (finished_.contains(rank)) return {};
  without_state_.insert(slot);
  GangFailure failure = FailureOf(rank, "trainer_exit", error, Blame::kTrainer);
  failure.log_tail = log_tail;
  return Settle(std::move(failure), times_.settle_exit, now);
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
  GangFailure failure = FailureOf(std::nullopt, "worker_lost", error, Blame::kWorker);
  failure.worker = worker;
  GangVerdict verdict = Settle(std::move(failure), times_.settle_exit, now);
  std::erase_if(members_, [&](const SlotId& slot) { return slot.worker == worker; });
  return verdict;
}

GangVerdict GangStateMachine::TrainerFailed(uint64_t generation, uint32_t rank, const std::string& error,
                                            bool permanent, absl::Duration now, Blame blame) {
  if (generation != generation_ || phase_ == GangPhase::kIdle) return {};
  GangFailure failure =
      FailureOf(rank, blame == Blame::kTrainer ? "trainer_failure" : "collective_failure", error, blame);
  if (permanent) {
    budget_.Spend(failure, 0);
    budget_.first = std::move(failure);  // This one ends the job, whatever came before.
    return End(Kind::kFail, error);
  }
  if (finished_.contains(rank)) return {};
  return Settle(std::move(failure), times_.settle_failure, now);
}

GangVerdict GangStateMachine::Hung(uint64_t generation, std::optional<uint32_t> rank, const std::string& error,
                                   absl::Duration now) {
  if (generation != generation_ || phase_ != GangPhase::kRunning) return {};
  if (rank) without_state_.insert(members_[*rank]);
  return Settle(FailureOf(rank, "hang", error, rank ? Blame::kTrainer : Blame::kSymptom), times_.settle_exit, now);
}

GangVerdict GangStateMachine::SawGeneration(uint64_t generation, absl::Duration now) {
  if (generation <= generation_) return {};
  // A number is never used twice, also when the ledger that gave it out is lost.
  generation_ = generation;
  if (phase_ == GangPhase::kIdle) return {};
  const std::string error = absl::StrCat("a trainer knows generation ", generation);
  return Settle(FailureOf(std::nullopt, "higher_generation", error, Blame::kSymptom), times_.settle_exit, now, false);
}

void GangStateMachine::MembersAreBack(absl::Duration now) {
  if (phase_ == GangPhase::kSettling && !failure_counts_) deadline_ = std::min(deadline_, now);
}

GangVerdict GangStateMachine::Tick(absl::Duration now) {
  if (phase_ == GangPhase::kIdle || phase_ == GangPhase::kRunning || now < deadline_) return {};
  if (phase_ == GangPhase::kForming) {
    const std::string error =
        absl::StrCat("generation ", generation_, " did not form within ", absl::FormatDuration(times_.forming));
    return Settle(FailureOf(std::nullopt, "forming_timeout", error, Blame::kSymptom), times_.settle_exit, now);
  }
  if (phase_ == GangPhase::kSettling) return EndSettling(now);
  return End(Kind::kRequeue, absl::StrCat("fewer than ", limits_.min_ranks, " ranks for ",
                                          absl::FormatDuration(times_.below_min), ": ", failure_.message));
}

std::vector<SlotId> GangStateMachine::Stop() {
  phase_ = GangPhase::kIdle;
  finished_.clear();
  return std::exchange(members_, {});
}

GangFailure GangStateMachine::FailureOf(std::optional<uint32_t> rank, const char* cause, const std::string& message,
                                        Blame blame) const {
  GangFailure failure{.cause = cause, .message = message, .blame = blame, .rank = rank};
  if (rank && *rank < members_.size()) failure.worker = members_[*rank].worker;
  failure.generation = generation_;
  failure.step = committed_steps_;
  return failure;
}

GangVerdict GangStateMachine::Settle(GangFailure failure, absl::Duration wait, absl::Duration now, bool counts) {
  if (phase_ == GangPhase::kSettling) {
    // The same failure, seen once more; what is known for certain shortens the wait, but for that after a restart.
    if (!failure_counts_) return {};
    deadline_ = std::min(deadline_, now + (backing_off_ ? BackOff(wait) : wait));
    if (failure.blame > failure_.blame) {
      failure.time_us = failure_.time_us;
      failure_ = std::move(failure);
      cause_ = failure_.cause;
    }
    return {};
  }
  if (phase_ != GangPhase::kForming && phase_ != GangPhase::kRunning) return {};
  backing_off_ = phase_ == GangPhase::kForming && counts;
  phase_ = GangPhase::kSettling;
  failure_ = std::move(failure);
  cause_ = failure_.cause;
  failure_counts_ = counts;
  deadline_ = now + (backing_off_ ? BackOff(wait) : wait);
  return {Kind::kReform, failure_.message, {}};
}

absl::Duration GangStateMachine::BackOff(absl::Duration wait) const {
  for (uint32_t failure = 0; failure < budget_.failures && wait < times_.settle_longest; ++failure) wait *= 4;
  return std::min(wait, times_.settle_longest);
}

GangVerdict GangStateMachine::EndSettling(absl::Duration now) {
  if (failure_counts_ && !budget_.Spend(failure_, limits_.max_restarts)) {
    return End(Kind::kFail, budget_.Verdict(limits_.max_restarts));
  }
  if (members_.size() >= limits_.min_ranks) return NextGeneration(now);
  phase_ = GangPhase::kWaiting;
  deadline_ = now + times_.below_min;
  return {Kind::kWait, failure_.message, {}};
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

void GangStateMachine::StampFailure(int64_t time_us) {
  if (failure_.time_us == 0) failure_.time_us = time_us;
  if (budget_.failures > 0 && budget_.first.time_us == 0) budget_.first.time_us = time_us;
}

GangVerdict GangStateMachine::End(Kind kind, const std::string& reason) { return {kind, reason, Stop()}; }

}  // namespace doodle
