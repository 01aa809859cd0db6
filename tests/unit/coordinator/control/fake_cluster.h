// A controller with hand-written workers around it: nothing moves but on command.
#ifndef DOODLE_TESTS_UNIT_COORDINATOR_CONTROL_FAKE_CLUSTER_H_
#define DOODLE_TESTS_UNIT_COORDINATOR_CONTROL_FAKE_CLUSTER_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/control/controller.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {

class RecordingOutbox final : public Outbox {
 public:
  void Send(const std::string& worker, const std::string&, v1::ConnectResponse message) override {
    sent[worker].push_back(std::move(message));
  }
  std::map<std::string, std::deque<v1::ConnectResponse>> sent;
};

class ManualExecutor final : public Executor {
 public:
  void Run(absl::AnyInvocable<void()> work) override { work_.push_back(std::move(work)); }
  void RunAll() {
    while (!work_.empty()) RunOne();
  }
  void RunOne() {
    absl::AnyInvocable<void()> work = std::move(work_.front());
    work_.pop_front();
    work();
  }
  void DropAll() { work_.clear(); }  // As a full queue does.

 private:
  std::deque<absl::AnyInvocable<void()>> work_;
};

// A worker that takes what it is sent when Receive is called. Its trainers report only when told to.
class FakeWorker {
 public:
  FakeWorker(std::string id, uint32_t slots) : id_(std::move(id)), slots_(slots) {}

  const std::string& id() const { return id_; }
  std::string incarnation = "one";
  std::map<uint32_t, v1::Assignment> trainers;         // By slot.
  std::map<uint32_t, v1::TrainerActivity> activities;  // By slot, sent with each heartbeat.
  std::vector<v1::ReportAck> acks;
  int told_to_register = 0;

  absl::Status Register(Controller& controller);
  void Heartbeat(Controller& controller);
  void Receive(Controller& controller, RecordingOutbox& outbox);
  // The trainer of `slot` dies, as the daemon reports it.
  void Kill(Controller& controller, uint32_t slot, const std::string& reason = "killed by signal 9");
  // A report of the trainer of `slot` with all numbers filled in.
  v1::TrainerReport Report(uint32_t slot);
  // A trainer whose Finished is acknowledged exits.
  void Send(Controller& controller, const v1::TrainerReport& report);

 private:
  const std::string id_;
  const uint32_t slots_;
  uint64_t sequence_ = 0;
  std::map<uint64_t, uint32_t> finished_;  // Slot by the number of its report.
};

class FakeCluster {
 public:
  FakeCluster() { Restart(); }

  // A new controller over the same ledger, as after a crash.
  void Restart();

  FakeWorker& AddWorker(const std::string& id, uint32_t slots);
  // A job of 100 steps.
  absl::StatusOr<v1::Job> Create(const std::string& name, uint32_t min_ranks, uint32_t max_ranks,
                                 const std::string& request_id = "");
  v1::Job Get(const std::string& job) { return *controller->GetJob(job); }

  void Deliver();                     // Messages and slow work, until there is none.
  void Advance(absl::Duration time);  // In ticks of 20 ms, with heartbeats of the workers in `beating`.
  // Rank 0 reports Formed, wherever it is.
  void Form(const std::string& job, uint64_t start_step, const std::string& from);
  void Progress(const std::string& job, uint64_t next_step);
  void Finish(const std::string& job);  // Every rank, with equal digests and its own samples.
  // The worker and slot of a rank of the newest generation.
  std::pair<FakeWorker*, uint32_t> Rank(const std::string& job, uint32_t rank);

  TemporaryDirectory directory;
  FakeClock clock;
  MetricRegistry metrics{MetricHost::kCoordinator};
  RecordingOutbox outbox;
  ManualExecutor executor;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Controller> controller;
  std::map<std::string, std::unique_ptr<FakeWorker>> workers;
  std::set<std::string> beating;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COORDINATOR_CONTROL_FAKE_CLUSTER_H_
