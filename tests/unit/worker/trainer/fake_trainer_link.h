// A daemon and coordinator of a few lines: hands out assignments, keeps what trainers report, relays keys in memory.
#ifndef DOODLE_TESTS_UNIT_WORKER_TRAINER_FAKE_TRAINER_LINK_H_
#define DOODLE_TESTS_UNIT_WORKER_TRAINER_FAKE_TRAINER_LINK_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/unit/worker/collective/in_memory_key_value.h"
#include "worker/link/trainer_link.h"

namespace doodle {

// Rendezvous of all generations, shared by the trainers of a test. Thread-safe.
class FakeRendezvous {
 public:
  InMemoryKeyValue& Of(uint64_t generation) {
    const std::lock_guard<std::mutex> lock(mu_);
    std::unique_ptr<InMemoryKeyValue>& keys = generations_[generation];
    if (!keys) keys = std::make_unique<InMemoryKeyValue>();
    return *keys;
  }

 private:
  std::mutex mu_;
  std::map<uint64_t, std::unique_ptr<InMemoryKeyValue>> generations_;
};

// Of one trainer. Reports are recorded and count as acknowledged. Single-threaded but for the rendezvous.
class FakeTrainerLink : public TrainerLink {
 public:
  explicit FakeTrainerLink(FakeRendezvous& rendezvous) : rendezvous_(rendezvous) {}

  absl::StatusOr<GangAssignment> AwaitAssignment(uint64_t above, absl::Duration) override {
    while (!assignments.empty() && assignments.front().gang.generation <= above) assignments.pop_front();
    if (assignments.empty()) return absl::CancelledError("leave");
    current_ = assignments.front();
    return current_.gang;
  }
  uint64_t NewestGeneration() const override {
    const uint64_t own = current_.gang.generation;
    return own == 1 && (superseded || progress.size() >= supersede_after_reports) ? own + 1 : own;
  }
  bool LeaveRequested() const override {
    if (before_step) before_step();
    return progress.size() >= leave_after_reports;
  }
  TrainerAssignment Current() const override { return current_; }
  void OnNewGeneration(std::function<void(uint64_t)>) override {}

  absl::Status ReportFormed(const FormedReport& report) override {
    formed.push_back(report);
    return absl::OkStatus();
  }
  absl::Status ReportFinished(const FinishedReport& report) override {
    finished.push_back(report);
    return absl::OkStatus();
  }
  absl::StatusOr<RestoreAnswer> ReportRestoreRefused(const std::string& checkpoint,
                                                     const std::string& reason) override {
    refused.push_back(checkpoint + ": " + reason);
    return RestoreAnswer{};
  }
  void ReportFailure(const absl::Status& status, bool permanent) override { failures.emplace_back(status, permanent); }
  void ReportProgress(const ProgressReport& report) override { progress.push_back(report); }
  void ReportEvaluation(const EvaluationReport& report) override {
    evaluations.push_back(report);
    if (after_evaluation) after_evaluation();
  }
  void ReportCheckpoint(const CheckpointReport& report) override {
    checkpoints.push_back(report);
    if (after_checkpoint) after_checkpoint();
  }
  void ReportMetrics(const std::vector<MetricReport>& samples) override {
    metrics.insert(metrics.end(), samples.begin(), samples.end());
  }
  absl::Status Flush(absl::Duration) override { return absl::OkStatus(); }

  absl::Status Set(const std::string& key, const std::string& value) override {
    return rendezvous_.Of(current_.gang.generation).Set(key, value);
  }
  absl::StatusOr<std::vector<std::string>> Wait(const std::vector<std::string>& keys, absl::Duration timeout) override {
    return rendezvous_.Of(current_.gang.generation).Wait(keys, timeout);
  }

  std::deque<TrainerAssignment> assignments;
  size_t leave_after_reports = ~size_t{0};
  size_t supersede_after_reports = ~size_t{0};  // Of generation 1.
  bool superseded = false;                      // The same, at once.
  std::function<void()> before_step;
  std::function<void()> after_evaluation;
  std::function<void()> after_checkpoint;
  std::vector<FormedReport> formed;
  std::vector<FinishedReport> finished;
  std::vector<std::string> refused;
  std::vector<std::pair<absl::Status, bool>> failures;
  std::vector<ProgressReport> progress;
  std::vector<EvaluationReport> evaluations;
  std::vector<CheckpointReport> checkpoints;
  std::vector<MetricReport> metrics;

 private:
  FakeRendezvous& rendezvous_;
  TrainerAssignment current_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_TRAINER_FAKE_TRAINER_LINK_H_
