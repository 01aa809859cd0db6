// A daemon's core of two slots on fake ports, registered, and the messages that tests send it.
#ifndef DOODLE_TESTS_UNIT_WORKER_DAEMON_DAEMON_CORE_FIXTURE_H_
#define DOODLE_TESTS_UNIT_WORKER_DAEMON_DAEMON_CORE_FIXTURE_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/worker/daemon/fake_ports.h"

namespace doodle {

class DaemonCoreTest : public testing::Test {
 protected:
  DaemonCoreTest() : core_(Options(), {fleet_, trainers_, processes_, metrics_}) { Register(); }

  static DaemonCore::Options Options() {
    DaemonCore::Options options;
    options.identity.set_worker_id("w1");
    options.identity.set_slots(2);
    options.new_token = [count = 0]() mutable { return absl::StrCat("token", ++count); };
    return options;
  }

  void Register() {
    core_.OnConnected();
    v1::ConnectResponse message;
    message.mutable_registered()->set_heartbeat_interval_ms(500);
    core_.OnFleetMessage(message, now_);
  }

  void Assign(uint32_t slot, const std::string& job, uint64_t generation) {
    v1::ConnectResponse message;
    message.mutable_assign()->set_slot(slot);
    message.mutable_assign()->mutable_assignment()->set_job(job);
    message.mutable_assign()->mutable_assignment()->set_generation(generation);
    core_.OnFleetMessage(message, now_);
  }

  void Release(uint32_t slot, const std::string& job, uint64_t generation, uint32_t grace_ms) {
    v1::ConnectResponse message;
    message.mutable_release()->set_slot(slot);
    message.mutable_release()->set_job(job);
    message.mutable_release()->set_generation(generation);
    message.mutable_release()->set_grace_ms(grace_ms);
    core_.OnFleetMessage(message, now_);
  }

  absl::Status Attach(ConnectionId connection, uint32_t slot, const std::string& token) {
    v1::Hello hello;
    hello.set_slot(slot);
    hello.set_token(token);
    return core_.OnAttach(connection, hello, now_);
  }

  // Slot 0 runs `job` in generation 1 as process 1 on connection 10.
  void StartAttached(const std::string& job = "cats") {
    Assign(0, job, 1);
    ASSERT_TRUE(Attach(10, 0, processes_.tokens.back()).ok());
    fleet_.sent.clear();
    trainers_.sent.clear();
  }

  static v1::TrainerReport Report(uint64_t generation, uint64_t sequence, const std::string& job = "cats") {
    v1::TrainerReport report;
    report.set_job(job);
    report.set_generation(generation);
    report.set_sequence(sequence);
    return report;
  }

  void Say(const v1::TrainerReport& report, ConnectionId connection = 10) {
    v1::AttachRequest message;
    *message.mutable_report() = report;
    core_.OnTrainerMessage(connection, message, now_);
  }

  void Ack(uint64_t generation, uint64_t sequence, bool refused = false) {
    v1::ConnectResponse message;
    message.mutable_ack()->set_job("cats");
    message.mutable_ack()->set_generation(generation);
    message.mutable_ack()->set_sequence(sequence);
    message.mutable_ack()->set_refused(refused);
    core_.OnFleetMessage(message, now_);
  }

  // A tick every 250 ms, with a trainer's heartbeat before each when `connection` is not 0.
  void Pass(absl::Duration duration, ConnectionId connection = 0) {
    for (const absl::Duration end = now_ + duration; now_ < end;) {
      now_ += absl::Milliseconds(250);
      v1::AttachRequest heartbeat;
      heartbeat.mutable_heartbeat();
      if (connection != 0) core_.OnTrainerMessage(connection, heartbeat, now_);
      core_.OnTick(now_);
    }
  }

  std::vector<v1::TrainerExited> Exits() const {
    std::vector<v1::TrainerExited> exits;
    for (const auto& message : fleet_.sent) {
      if (message.has_trainer_exited()) exits.push_back(message.trainer_exited());
    }
    return exits;
  }

  absl::Duration now_ = absl::Seconds(100);
  FakeFleet fleet_;
  FakeTrainers trainers_;
  FakeProcesses processes_;
  FakeMetrics metrics_;
  DaemonCore core_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_DAEMON_DAEMON_CORE_FIXTURE_H_
