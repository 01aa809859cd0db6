#include <csignal>
#include <nlohmann/json.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/cli/command_line_runner.h"
#include "tests/unit/cli/fake_coordinator.h"
#include "tests/unit/cli/sample_job.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class JobsCommandTest : public ::testing::Test {
 protected:
  JobsCommandTest() { runner_.variables["DOODLE_COORDINATOR"] = coordinator_.server->address(); }

  // The sample job as it ends in `state`, seen by Watch as two changes.
  void EndIn(v1::JobState state, const std::string& reason) {
    coordinator_.jobs.changes = {SampleJob(), SampleJob()};
    coordinator_.jobs.changes[1].set_state(state);
    coordinator_.jobs.changes[1].set_reason(reason);
    coordinator_.jobs.changes[1].set_version(8);
  }

  FakeCoordinator coordinator_;
  CommandLineRunner runner_;
};

TEST_F(JobsCommandTest, ListGoesThroughEveryPage) {
  coordinator_.jobs.jobs = {{"quick", SampleJob()}, {"second", SampleJob()}};
  coordinator_.jobs.jobs["second"].set_id("second");
  const Outcome outcome = runner_.Run({"jobs", "ls"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, StartsWith("JOB     STATE    STEP  STEPS  EPOCH   LOSS   MAP3  IMAGES/S"));
  EXPECT_THAT(outcome.out, HasSubstr("\nquick   RUNNING   203    406    4.0  0.750  0.935     1,234"));
  EXPECT_THAT(outcome.out, HasSubstr("\nsecond  RUNNING"));
}

TEST_F(JobsCommandTest, ListAsJsonIsOneObject) {
  coordinator_.jobs.jobs = {{"quick", SampleJob()}};
  const Outcome outcome = runner_.Run({"jobs", "ls", "--json"});
  EXPECT_EQ(outcome.code, 0);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["jobs"][0]["id"], "quick");
  EXPECT_EQ(json["jobs"][0]["state"], "JOB_STATE_RUNNING");
  EXPECT_THAT(outcome.error, IsEmpty());
}

TEST_F(JobsCommandTest, NoJobsIsAMessageAndNoData) {
  const Outcome outcome = runner_.Run({"jobs", "ls"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.error, HasSubstr("doodle submit"));
}

TEST_F(JobsCommandTest, DescribeAsJsonIsTheJobMessage) {
  coordinator_.jobs.jobs = {{"quick", SampleJob()}};
  const Outcome outcome = runner_.Run({"job", "describe", "quick", "--json"});
  EXPECT_EQ(outcome.code, 0);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["ranks"][1]["digest"]["parameters"], "0123456789abcdef");
  EXPECT_EQ(json["ranks"][0]["rank"], 0) << "a field at its default is shown";
  EXPECT_EQ(json["jobDirectory"], "/data/jobs/quick");
  EXPECT_EQ(json["checkpoints"][0]["latest"], true);
}

TEST_F(JobsCommandTest, UnknownJobIsNotFound) {
  const Outcome outcome = runner_.Run({"jobs", "describe", "nope"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.error, "error: no job \"nope\"\n");
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST_F(JobsCommandTest, NobodyListensIsUnreachable) {
  const std::string address = coordinator_.server->address();
  coordinator_.server->Shutdown(absl::ZeroDuration());
  const Outcome outcome = runner_.Run({"jobs", "ls"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error,
              StartsWith("error: cannot reach the coordinator at " + address + " (DOODLE_COORDINATOR): "));
  EXPECT_THAT(outcome.error, HasSubstr("Start one with `doodle up`, or set --coordinator"));
}

// The option beats the variable.
TEST_F(JobsCommandTest, CoordinatorOptionBeatsTheVariable) {
  runner_.variables["DOODLE_COORDINATOR"] = "127.0.0.1:1";
  EXPECT_EQ(runner_.Run({"--coordinator", coordinator_.server->address(), "jobs", "ls"}).code, 0);
  EXPECT_EQ(runner_.Run({"jobs", "ls"}).code, 4);
}

TEST_F(JobsCommandTest, WaitForAJobThatSucceeds) {
  EndIn(v1::JOB_STATE_SUCCEEDED, "");
  const Outcome outcome = runner_.Run({"jobs", "wait", "quick"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "SUCCEEDED\n");
}

TEST_F(JobsCommandTest, WaitForAJobThatFails) {
  EndIn(v1::JOB_STATE_FAILED, "shard 0042: bad crc");
  const Outcome outcome = runner_.Run({"jobs", "wait", "quick"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "FAILED\n");
  EXPECT_EQ(outcome.error, "error: job quick failed: shard 0042: bad crc\n");
}

TEST_F(JobsCommandTest, WaitWithATimeoutInWrongUnits) {
  EXPECT_EQ(runner_.Run({"jobs", "wait", "quick", "--timeout", "3ep"}).code, 2);
}

// A coordinator that restarts does not end a watch: it goes on after the version it saw last.
TEST_F(JobsCommandTest, WatchIsTakenUpAgainWhereItBroke) {
  EndIn(v1::JOB_STATE_SUCCEEDED, "");
  coordinator_.jobs.break_first_watch = true;
  const Outcome outcome = runner_.Run({"jobs", "watch", "quick", "--json"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(coordinator_.jobs.watched_after, ElementsAre(0, 7));
  std::istringstream lines(outcome.out);
  std::string first, second;
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_EQ(nlohmann::json::parse(first)["state"], "JOB_STATE_RUNNING");
  EXPECT_EQ(nlohmann::json::parse(second)["state"], "JOB_STATE_SUCCEEDED");
}

TEST_F(JobsCommandTest, WatchShowsItsLinesAsData) {
  EndIn(v1::JOB_STATE_SUCCEEDED, "");
  const Outcome outcome = runner_.Run({"jobs", "watch", "quick"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("job quick: RUNNING\ngeneration 2 formed"));
  EXPECT_THAT(outcome.out, HasSubstr("\njob quick: SUCCEEDED\n"));
}

TEST_F(JobsCommandTest, CtrlCEndsAWatch) {
  coordinator_.jobs.changes = {SampleJob()};
  runner_.on_output = [] { raise(SIGINT); };
  const Outcome outcome = runner_.Run({"jobs", "watch", "quick", "--json"});
  EXPECT_EQ(outcome.code, 130);
  EXPECT_EQ(outcome.error, "interrupted\n");
}

TEST_F(JobsCommandTest, LogsOfOneRank) {
  coordinator_.jobs.lines = {"step committed", "bye"};
  const Outcome outcome = runner_.Run({"jobs", "logs", "quick", "-n", "5", "--rank", "1", "--follow"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "[g2 r1] step committed\n[g2 r1] bye\n");
  EXPECT_EQ(coordinator_.jobs.tailed.lines(), 5u);
  EXPECT_EQ(coordinator_.jobs.tailed.rank(), 1u);
  EXPECT_TRUE(coordinator_.jobs.tailed.follow());
}

TEST_F(JobsCommandTest, LogsOfAllRanksByDefault) {
  EXPECT_EQ(runner_.Run({"jobs", "logs", "quick"}).code, 0);
  EXPECT_FALSE(coordinator_.jobs.tailed.has_rank());
  EXPECT_EQ(coordinator_.jobs.tailed.lines(), 100u);
}

TEST_F(JobsCommandTest, CancelShowsTheState) {
  coordinator_.jobs.jobs = {{"quick", SampleJob()}};
  const Outcome outcome = runner_.Run({"jobs", "cancel", "quick"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "quick RUNNING\n");
  EXPECT_EQ(coordinator_.jobs.verb, "cancel");
}

TEST_F(JobsCommandTest, PriorityMustBeANumber) {
  coordinator_.jobs.jobs = {{"quick", SampleJob()}};
  EXPECT_EQ(runner_.Run({"jobs", "set-priority", "quick", "high"}).code, 2);
  EXPECT_EQ(runner_.Run({"jobs", "set-priority", "quick", "10"}).out, "quick priority 10\n");
}

TEST_F(JobsCommandTest, RemoveKeepsTheFilesUnlessAsked) {
  EXPECT_EQ(runner_.Run({"jobs", "rm", "quick"}).code, 0);
  EXPECT_FALSE(coordinator_.jobs.deleted.delete_files());
  EXPECT_EQ(runner_.Run({"jobs", "rm", "quick", "--delete-files"}).code, 0);
  EXPECT_TRUE(coordinator_.jobs.deleted.delete_files());
}

// A method that the coordinator does not have yet.
TEST_F(JobsCommandTest, PauseOfACoordinatorWithoutIt) { EXPECT_EQ(runner_.Run({"jobs", "pause", "quick"}).code, 2); }

TEST_F(JobsCommandTest, WorkersWithWhatTheyRun) {
  v1::Worker& worker = *coordinator_.workers.workers.add_workers();
  worker.set_id("w1");
  worker.set_state(v1::WORKER_STATE_LIVE);
  worker.set_hostname("lab");
  worker.add_slots()->set_job("quick");
  worker.mutable_slots(0)->set_generation(2);
  worker.add_slots()->set_slot(1);
  const Outcome outcome = runner_.Run({"worker", "ls"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("w1      LIVE   lab    1/2"));
  EXPECT_THAT(outcome.out, HasSubstr("0=quick/g2/r0"));
}

}  // namespace
}  // namespace doodle
