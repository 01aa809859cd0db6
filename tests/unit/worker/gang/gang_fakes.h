// Fakes of the gang's ports: ranks are threads of one process, groups are rendezvous in memory. What a rank may see
// is fixed by the script, so the threads' timing does not show.
#ifndef DOODLE_TESTS_UNIT_WORKER_GANG_GANG_FAKES_H_
#define DOODLE_TESTS_UNIT_WORKER_GANG_GANG_FAKES_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "worker/gang/collective.h"
#include "worker/gang/state_store.h"
#include "worker/gang/step_runner.h"
#include "worker/gang/transport.h"

namespace doodle {

// One generation's group: rounds of all-gather. Broken for all as soon as one leaves. Thread-safe.
class FakeGroup {
 public:
  explicit FakeGroup(uint32_t world_size) : world_size_(world_size), next_round_(world_size) {}

  absl::StatusOr<std::vector<std::string>> AllGather(uint32_t rank, const std::string& mine) {
    absl::MutexLock lock(&mu_);
    std::map<uint32_t, std::string>& round = rounds_[next_round_[rank]++];
    round[rank] = mine;
    const auto complete = [&] { return broken_ || round.size() == world_size_; };
    mu_.Await(absl::Condition(&complete));
    if (round.size() < world_size_) return absl::UnavailableError("connection closed by peer");
    std::vector<std::string> values;
    for (const auto& [unused, value] : round) values.push_back(value);
    return values;
  }

  void Break() {
    absl::MutexLock lock(&mu_);
    broken_ = true;
  }

 private:
  const uint32_t world_size_;
  absl::Mutex mu_;
  bool broken_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<uint64_t> next_round_ ABSL_GUARDED_BY(mu_);
  std::map<uint64_t, std::map<uint32_t, std::string>> rounds_ ABSL_GUARDED_BY(mu_);
};

// Where the ranks of a generation find their group. Thread-safe.
class FakeHub {
 public:
  std::shared_ptr<FakeGroup> Group(const GangAssignment& assignment) {
    absl::MutexLock lock(&mu_);
    std::shared_ptr<FakeGroup>& group = groups_[assignment.generation];
    if (!group) group = std::make_shared<FakeGroup>(assignment.world_size);
    return group;
  }

 private:
  absl::Mutex mu_;
  std::map<uint64_t, std::shared_ptr<FakeGroup>> groups_ ABSL_GUARDED_BY(mu_);
};

class FakeCollective : public Collective {
 public:
  explicit FakeCollective(FakeHub& hub) : hub_(hub) {}

  absl::Status Form(const GangAssignment& assignment) override {
    rank_ = assignment.rank;
    group_ = hub_.Group(assignment);
    return group_->AllGather(rank_, "form").status();
  }
  absl::StatusOr<std::vector<std::string>> AllGather(const std::string& mine) override {
    if (!group_) return absl::FailedPreconditionError("no group");
    return group_->AllGather(rank_, mine);
  }
  absl::Status Barrier() override { return AllGather("barrier").status(); }
  void Destroy() override {
    if (group_) group_->Break();
    group_ = nullptr;
  }

 private:
  FakeHub& hub_;
  uint32_t rank_ = 0;
  std::shared_ptr<FakeGroup> group_;
};

// A state is a text: the seed or the checkpoint it came from and the steps since.
class FakeState : public StateStore {
 public:
  explicit FakeState(FakeCollective& collective) : collective_(collective) {}

  bool valid() const override { return valid_; }
  StateTag tag() const override { return tag_; }
  StateDigest Digest() const override { return {"p:" + content_, "o:" + content_}; }
  absl::Status InitializeFromSeed() override {
    Set({0, 0}, "seed");
    return absl::OkStatus();
  }
  absl::Status LoadCheckpoint(const std::string& name) override {
    const auto found = checkpoints.find(name);
    if (found == checkpoints.end()) return absl::DataLossError(name + ": sha256 differs");
    Set(found->second, name);
    return absl::OkStatus();
  }
  absl::Status AdoptFrom(uint32_t leader_rank, const StateDigest& leader_digest) override {
    const std::string mine = std::to_string(tag_.generation) + " " + std::to_string(tag_.next_step) + " " + content_;
    const absl::StatusOr<std::vector<std::string>> all = collective_.AllGather(mine);
    if (!all.ok()) return all.status();
    ++adoptions;
    if (damage_next_adoption) return absl::InternalError("adopted state has another digest");
    const std::string& theirs = (*all)[leader_rank];
    const size_t first = theirs.find(' ');
    const size_t second = theirs.find(' ', first + 1);
    Set({std::stoull(theirs.substr(0, first)), std::stoull(theirs.substr(first + 1))}, theirs.substr(second + 1));
    return Digest() == leader_digest ? absl::OkStatus() : absl::DataLossError("digest");
  }

  void Set(StateTag tag, std::string content) {
    valid_ = true;
    tag_ = tag;
    content_ = std::move(content);
  }
  void Tear() { valid_ = false; }
  void Commit(uint64_t generation) { Set({generation, tag_.next_step + 1}, content_ + "+"); }
  const std::string& content() const { return content_; }

  std::map<std::string, StateTag> checkpoints;
  bool damage_next_adoption = false;
  int adoptions = 0;

 private:
  FakeCollective& collective_;
  bool valid_ = false;
  StateTag tag_;
  std::string content_ = "nothing";
};

// A step is one all-gather; it may fail at a step of the script.
class FakeSteps : public StepRunner {
 public:
  FakeSteps(FakeCollective& collective, FakeState& state) : collective_(collective), state_(state) {}

  absl::Status Prepare(const GangAssignment& assignment) override {
    assignment_ = assignment;
    samples_ = 0;
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Step(Outcome& outcome) override {
    if (state_.tag().next_step >= assignment_.total_steps) {
      outcome = Outcome::kFinished;
      return true;
    }
    if (fail_at == std::make_pair(assignment_.generation, state_.tag().next_step)) return failure;
    const absl::Status reduced = collective_.AllGather("gradients").status();
    if (!reduced.ok()) return reduced;
    state_.Commit(assignment_.generation);
    ++samples_;
    if (leave_at != state_.tag().next_step) return false;
    outcome = leave_outcome;
    return true;
  }
  void Release() override { released = true; }
  uint64_t samples() const override { return samples_; }

  bool released = false;
  std::pair<uint64_t, uint64_t> fail_at = {0, 0};  // Generation, step.
  absl::Status failure = absl::InternalError("killed");
  uint64_t leave_at = ~uint64_t{0};
  Outcome leave_outcome = Outcome::kLeave;

 private:
  FakeCollective& collective_;
  FakeState& state_;
  GangAssignment assignment_;
  uint64_t samples_ = 0;
};

// Hands out the scripted assignments in order, then says leave; records what is reported.
class FakeTransport : public Transport {
 public:
  absl::StatusOr<GangAssignment> AwaitAssignment(uint64_t above, absl::Duration) override {
    while (!assignments.empty() && assignments.front().generation <= above) assignments.pop_front();
    if (assignments.empty()) return end;
    newest_ = assignments.front().generation;
    return assignments.front();
  }
  uint64_t NewestGeneration() const override { return newest_; }
  bool LeaveRequested() const override { return false; }
  absl::Status ReportFormed(const FormedReport& report) override {
    formed.push_back(report);
    return formed_answer;
  }
  absl::Status ReportFinished(const FinishedReport& report) override {
    finished.push_back(report);
    return absl::OkStatus();
  }
  absl::StatusOr<RestoreAnswer> ReportRestoreRefused(const std::string& checkpoint, const std::string&) override {
    refused.push_back(checkpoint);
    if (next_sources.empty()) return RestoreAnswer{};
    RestoreAnswer answer{next_sources.front()};
    next_sources.pop_front();
    return answer;
  }
  void ReportFailure(const absl::Status& status, bool permanent) override { failures.emplace_back(status, permanent); }

  void Supersede(uint64_t generation) { newest_ = generation; }

  std::deque<GangAssignment> assignments;
  absl::Status end = absl::CancelledError("leave");
  std::deque<RestoreSource> next_sources;
  absl::Status formed_answer;
  std::vector<FormedReport> formed;
  std::vector<FinishedReport> finished;
  std::vector<std::string> refused;
  std::vector<std::pair<absl::Status, bool>> failures;

 private:
  uint64_t newest_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_GANG_GANG_FAKES_H_
