// The trainers of one job, from the coordinator's side: generations, members, what a failure leads to.
// docs/protocols/gang.md numbers the exchange.
//
//   Idle --(1)--> Forming --(2)--> Running --(7)--> Idle, the job succeeded
//    ^               ^   \          /
//    |              (4)   (3)    (3)
//    |               |     v      v
//    +---(6)--- Waiting <--(5)-- Settling --(8)--> Idle, the job failed
//                    +--(4)--> Forming
//
// (1) Admit: slots were found; the next generation begins  (2) Formed: the leader's report  (3) a trainer or worker was
// lost, a collective failed, forming took too long: for a moment further exits are awaited, so that one cause is one
// failure  (4) the next generation begins, with the same slots less those of lost workers  (5) fewer than min members
// are left  (6) none came back within 30 s: the slots are released and the job queues  (7) every rank reported Finished
// (8) more failures in a row than max_restarts, or one that repeating cannot help.
#ifndef DOODLE_COORDINATOR_GANG_GANG_STATE_MACHINE_H_
#define DOODLE_COORDINATOR_GANG_GANG_STATE_MACHINE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/history/history.h"
#include "common/ids/slot_id.h"
#include "coordinator/gang/restart_budget.h"

namespace doodle {

struct GangLimits {
  uint32_t min_ranks = 1;
  uint32_t max_ranks = 1;
  uint64_t total_steps = 0;
  uint32_t max_restarts = 10;
};

struct GangTimes {
  absl::Duration forming = absl::Seconds(120);
  absl::Duration settle_exit = absl::Milliseconds(20);      // After a trainer's exit or a lost worker.
  absl::Duration settle_failure = absl::Milliseconds(100);  // After a collective error: was somebody lost?
  // A failure before the generation formed waits longer with each one in a row, fourfold up to this: a worker that
  // cannot start a trainer must not use up max_restarts within a second.
  absl::Duration settle_longest = absl::Seconds(5);
  absl::Duration below_min = absl::Seconds(30);
  absl::Duration reattach = absl::Seconds(2);  // After a restart of the coordinator.
};

enum class GangPhase { kIdle, kForming, kRunning, kSettling, kWaiting };

// What the caller must do now.
struct GangVerdict {
  enum class Kind {
    kNone,
    kReform,         // Settling has begun: the generation is over.
    kNewGeneration,  // Record generation(), then assign its members().
    kWait,           // Below min; Join() may help.
    kRequeue,        // Release `released` and queue the job.
    kFail,           // Release `released`; `reason` is the first error.
    kSucceed,
  };
  Kind kind = Kind::kNone;
  std::string reason{};
  std::vector<SlotId> released{};
};

// What a restarted coordinator knows of the newest generation.
struct GangRecord {
  uint64_t generation = 0;
  bool formed = false;
  std::vector<SlotId> members{};  // By rank.
  std::set<uint32_t> finished{};  // Ranks.
  History history{};              // With this generation when it formed.
  uint64_t committed_steps = 0;
  RestartBudget budget{};
};

// Pure: no clock, no lock, no I/O; `now` is steady time. Thread-compatible.
class GangStateMachine {
 public:
  GangStateMachine(GangLimits limits, GangTimes times);

  // After a restart of the coordinator. `holds_slots`: the job was starting, running or rescaling. A generation that
  // did not form is never revived: it settles until its workers had time to come back, and the next one begins.
  void Restore(GangRecord record, bool holds_slots, absl::Duration now);

  GangPhase phase() const { return phase_; }
  uint64_t generation() const { return generation_; }
  const std::vector<SlotId>& members() const { return members_; }  // By rank.
  const History& history() const { return history_; }
  uint64_t committed_steps() const { return committed_steps_; }
  const RestartBudget& budget() const { return budget_; }
  // The caller's clock, for the failure that is settling.
  void StampFailure(int64_t time_us);
  // Why the newest generation began, in a word: start, trainer_exit, worker_lost, trainer_failure, collective_failure,
  // forming_timeout, hang, coordinator_restart, higher_generation.
  const std::string& cause() const { return cause_; }
  const std::set<uint32_t>& finished() const { return finished_; }
  // Whether a member of the newest generation may have come into it with the job's state in memory.
  bool has_survivors() const { return has_survivors_; }
  bool Has(const SlotId& slot) const;
  bool IsCurrent(uint64_t generation, uint32_t rank) const;  // False: stale, refused by number.

  GangVerdict Admit(std::vector<SlotId> slots, absl::Duration now);
  // In kWaiting: slots that came back or were found. Others are refused with kNone.
  GangVerdict Join(std::vector<SlotId> slots, absl::Duration now);
  uint32_t Missing() const;  // Members that kWaiting lacks.

  // False: stale, or the history would break. The same report again is true.
  bool Formed(uint64_t generation, uint64_t start_step, absl::Duration now);
  void Progress(uint64_t generation, uint64_t next_step);
  GangVerdict Finished(uint64_t generation, uint32_t rank, absl::Duration now);
  // `log_tail`: the trainer's last lines, for the blame.
  GangVerdict TrainerExited(const SlotId& slot, uint64_t generation, const std::string& error, absl::Duration now,
                            const std::string& log_tail = "");
  GangVerdict WorkerLost(const std::string& worker, const std::string& error, absl::Duration now);
  // `blame`: kTrainer when the error is the rank's own and not that of a collective.
  GangVerdict TrainerFailed(uint64_t generation, uint32_t rank, const std::string& error, bool permanent,
                            absl::Duration now, Blame blame = Blame::kSymptom);
  // Nothing moves: `rank` is the one that the others wait for, and is being killed. Empty: none of them.
  GangVerdict Hung(uint64_t generation, std::optional<uint32_t> rank, const std::string& error, absl::Duration now);
  // A trainer knows a higher generation than the ledger: continue above it.
  GangVerdict SawGeneration(uint64_t generation, absl::Duration now);
  // Every member's worker is back after a restart: an unformed generation need not settle longer.
  void MembersAreBack(absl::Duration now);
  GangVerdict Tick(absl::Duration now);

  // The job paused, was canceled or ended: forgets the members, keeps number and history. Returns the slots.
  std::vector<SlotId> Stop();

 private:
  GangFailure FailureOf(std::optional<uint32_t> rank, const char* cause, const std::string& message, Blame blame) const;
  // `counts`: against max_restarts.
  GangVerdict Settle(GangFailure failure, absl::Duration wait, absl::Duration now, bool counts = true);
  GangVerdict EndSettling(absl::Duration now);
  absl::Duration BackOff(absl::Duration wait) const;
  GangVerdict NextGeneration(absl::Duration now);
  GangVerdict End(GangVerdict::Kind kind, const std::string& reason);

  const GangLimits limits_;
  const GangTimes times_;
  GangPhase phase_ = GangPhase::kIdle;
  uint64_t generation_ = 0;
  std::vector<SlotId> members_;
  std::set<uint32_t> finished_;
  std::set<SlotId> without_state_;  // Members whose trainer exited in this generation, or that joined since.
  bool has_survivors_ = false;
  History history_ = {{0, 0}};
  uint64_t committed_steps_ = 0;
  RestartBudget budget_;
  std::string cause_;
  GangFailure failure_;          // What kSettling and kWaiting are about.
  bool backing_off_ = false;     // The generation that is settling had not formed.
  bool failure_counts_ = false;  // Whether the failure that is settling is one against max_restarts.
  absl::Duration deadline_;      // Of the phase.
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_GANG_GANG_STATE_MACHINE_H_
