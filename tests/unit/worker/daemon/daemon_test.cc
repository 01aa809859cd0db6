// A whole daemon: real sockets, real processes (main.cc plays the trainer), a coordinator that speaks on command.
#include "worker/daemon/daemon.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include "common/io/file_system.h"
#include "common/thread/thread.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/worker/daemon/fake_coordinator.h"
#include "tests/unit/worker/link/sample_assignment.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

class DaemonTest : public testing::Test {
 protected:
  DaemonOptions Options() {
    DaemonOptions options;
    options.data_directory = directory_.File("worker");
    options.coordinator = coordinator_.address();
    options.slots = 2;
    options.admin_port = 0;
    options.trainer = std::filesystem::read_symlink("/proc/self/exe");
    return options;
  }

  void StartDaemon() {
    auto daemon = Daemon::Create(Options(), RealClock());
    ASSERT_THAT(daemon, IsOk());
    daemon_ = *std::move(daemon);
    thread_ = NamedThread("daemon", [this] { result_ = daemon_->Run(); });
    coordinator_.Await("register", [](const auto& message) { return message.has_register_(); });
  }

  void Assign(uint64_t generation, const std::string& task) {
    v1::ConnectResponse message;
    message.mutable_assign()->set_slot(1);
    v1::Assignment& assignment = *message.mutable_assign()->mutable_assignment();
    assignment = SampleAssignment(generation);
    assignment.set_job_directory(directory_.File("job"));
    assignment.set_dataset_directory(task);
    coordinator_.Send(message);
  }

  v1::TrainerReport AwaitReport(v1::TrainerReport::ReportCase kind) {
    return coordinator_.Await("report", [&](const auto& message) { return message.report().report_case() == kind; })
        .report();
  }
  v1::TrainerExited AwaitExit() {
    return coordinator_.Await("exit", [](const auto& message) { return message.has_trainer_exited(); })
        .trainer_exited();
  }

  void StopDaemon() {
    daemon_->Stop();
    thread_.Join();
    EXPECT_THAT(result_, IsOk());
    daemon_.reset();
  }

  TemporaryDirectory directory_;
  FakeCoordinator coordinator_;
  std::unique_ptr<Daemon> daemon_;
  absl::Status result_;
  NamedThread thread_;
};

// The way of a job: started, formed, measured, finished, gone.
TEST_F(DaemonTest, ATrainerTrainsAndFinishes) {
  StartDaemon();
  Assign(1, "finish");
  EXPECT_EQ(AwaitReport(v1::TrainerReport::kFormed).formed().start_step(), 1);
  EXPECT_NE(coordinator_.Key("cats/1/started"), "");
  EXPECT_EQ(AwaitReport(v1::TrainerReport::kFinished).finished().next_step(), 10);
  const v1::TrainerExited exit = AwaitExit();
  EXPECT_EQ(exit.exit_code(), 0);
  EXPECT_EQ(exit.slot(), 1);
  EXPECT_THAT(exit.log_tail(), HasSubstr("a trainer speaks"));
  ASSERT_OK_AND_ASSIGN(const std::string log, ReadFile(LocalFileSystem(), directory_.File("job/logs/g000001-r1.log")));
  EXPECT_THAT(log, HasSubstr("a trainer speaks"));
  StopDaemon();
}

// A killed trainer is told at once; the next assignment starts another one.
TEST_F(DaemonTest, AKilledTrainerIsReplaced) {
  StartDaemon();
  Assign(1, "wait");
  AwaitReport(v1::TrainerReport::kProgress);
  Assign(2, "exit3");
  EXPECT_EQ(AwaitExit().reason(), "exit 3");
  Assign(3, "wait");
  AwaitReport(v1::TrainerReport::kFormed);
  v1::ConnectResponse release;
  release.mutable_release()->set_slot(1);
  release.mutable_release()->set_job("cats");
  release.mutable_release()->set_generation(3);
  release.mutable_release()->set_reason("canceled");
  coordinator_.Send(release);
  const v1::TrainerExited exit = AwaitExit();
  EXPECT_EQ(exit.signal(), SIGKILL);
  EXPECT_EQ(exit.reason(), "canceled");
  StopDaemon();
}

// The parent of this process ignored SIGCHLD and so it does: the kernel keeps no exit codes, but the exit is told.
TEST_F(DaemonTest, AnExitIsToldWhereNobodyKeepsExitCodes) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  StartDaemon();
  Assign(1, "exit3");
  EXPECT_EQ(AwaitExit().exit_code(), -1);
  StopDaemon();
  std::signal(SIGCHLD, before);
}

// A stopped process answers nothing and keeps its sockets open: it must go.
TEST_F(DaemonTest, AFrozenTrainerIsKilled) {
  StartDaemon();
  Assign(1, "freeze");
  const v1::TrainerExited exit = AwaitExit();
  EXPECT_EQ(exit.signal(), SIGKILL);
  EXPECT_EQ(exit.reason(), "stopped by a signal (state T)");
  StopDaemon();
}

// The coordinator goes and comes back on its port: the trainer runs on and is adopted.
TEST_F(DaemonTest, ATrainerOutlivesTheCoordinatorsRestart) {
  StartDaemon();
  Assign(1, "wait");
  AwaitReport(v1::TrainerReport::kProgress);
  coordinator_.Stop();
  coordinator_.Start();
  const auto registered =
      coordinator_.Await("register", [](const auto& message) { return message.has_register_(); }).register_();
  ASSERT_EQ(registered.running_size(), 1);
  EXPECT_EQ(registered.running(0).generation(), 1);
  // The first heartbeat shows that the coordinator's answer has arrived.
  coordinator_.Await("heartbeat", [](const auto& message) { return message.has_heartbeat(); });
  Assign(2, "finish");
  EXPECT_EQ(AwaitReport(v1::TrainerReport::kFinished).generation(), 2);
  StopDaemon();
}

// The end of the daemon is the end of its trainers, and the coordinator hears of it.
TEST_F(DaemonTest, StoppingTheDaemonStopsItsTrainers) {
  StartDaemon();
  ASSERT_OK_AND_ASSIGN(const std::string addresses,
                       ReadFile(LocalFileSystem(), directory_.File("worker/addresses.json")));
  EXPECT_THAT(addresses, HasSubstr("\"admin\":\"" + daemon_->admin_address() + "\""));
  EXPECT_THAT(addresses, HasSubstr(daemon_->worker_id()));
  Assign(1, "wait");
  AwaitReport(v1::TrainerReport::kProgress);
  StopDaemon();
  EXPECT_EQ(AwaitExit().exit_code(), 0);
  EXPECT_FALSE(std::filesystem::exists(directory_.File("worker/addresses.json")));
}

// Two daemons on one directory would be one worker twice.
TEST_F(DaemonTest, ADataDirectoryHasOneDaemon) {
  StartDaemon();
  EXPECT_THAT(Daemon::Create(Options(), RealClock()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another doodle-worker")));
  const std::string id = daemon_->worker_id();
  StopDaemon();
  ASSERT_OK_AND_ASSIGN(auto again, Daemon::Create(Options(), RealClock()));
  EXPECT_EQ(again->worker_id(), id);
}

// A coordinator of another protocol version: trying again cannot help.
TEST_F(DaemonTest, ARefusedDaemonEndsWithTheReason) {
  FakeCoordinator refusing(grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "protocol version 2"));
  DaemonOptions options = Options();
  options.coordinator = refusing.address();
  ASSERT_OK_AND_ASSIGN(auto daemon, Daemon::Create(options, RealClock()));
  EXPECT_THAT(daemon->Run(), StatusIs(absl::StatusCode::kFailedPrecondition, "protocol version 2"));
}

// What is wrong is said before anything starts.
TEST_F(DaemonTest, BadOptionsAreRefused) {
  DaemonOptions options = Options();
  options.coordinator = "10.1.2.3:7460";
  EXPECT_THAT(Daemon::Create(options, RealClock()), StatusIs(absl::StatusCode::kInvalidArgument));
  options = Options();
  options.trainer = directory_.File("none");
  EXPECT_THAT(Daemon::Create(options, RealClock()), StatusIs(absl::StatusCode::kNotFound));
  options = Options();
  options.slots = 0;
  EXPECT_THAT(Daemon::Create(options, RealClock()), StatusIs(absl::StatusCode::kInvalidArgument));
  options = Options();
  options.data_directory = directory_.File(std::string(120, 'x'));
  EXPECT_THAT(Daemon::Create(options, RealClock()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("allowed are 1 to 107")));
}

}  // namespace
}  // namespace doodle
