// What the daemon's core tells the coordinator, and what survives a lost stream.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/worker/daemon/daemon_core_fixture.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The coordinator adopts what runs.
TEST_F(DaemonCoreTest, ItRegistersWithTheTrainersThatAreAlive) {
  StartAttached();
  core_.OnDisconnected();
  core_.OnConnected();
  ASSERT_EQ(fleet_.sent.size(), 1);
  const v1::Register& message = fleet_.sent[0].register_();
  EXPECT_EQ(message.worker_id(), "w1");
  ASSERT_EQ(message.running_size(), 1);
  EXPECT_EQ(message.running(0).job(), "cats");
  EXPECT_EQ(message.running(0).generation(), 1);
}

// "I do not know you" is a normal answer.
TEST_F(DaemonCoreTest, ItRegistersAgainWhenAsked) {
  fleet_.sent.clear();
  v1::ConnectResponse message;
  message.mutable_reregister();
  core_.OnFleetMessage(message, now_);
  ASSERT_EQ(fleet_.sent.size(), 1);
  EXPECT_TRUE(fleet_.sent[0].has_register_());
  EXPECT_FALSE(core_.registered());
}

// At the interval that the coordinator named, and only while registered.
TEST_F(DaemonCoreTest, HeartbeatsNameTheRunningTrainers) {
  StartAttached();
  Pass(absl::Seconds(2), 10);
  ASSERT_EQ(fleet_.sent.size(), 4);
  EXPECT_EQ(fleet_.sent[0].heartbeat().running(0).job(), "cats");
  core_.OnDisconnected();
  Pass(absl::Seconds(2), 10);
  EXPECT_EQ(fleet_.sent.size(), 4);
}

// The coordinator compares what the ranks are at: what a trainer says goes up with the next heartbeat.
TEST_F(DaemonCoreTest, HeartbeatsCarryWhatTheTrainersAreAt) {
  StartAttached();
  v1::AttachRequest heartbeat;
  heartbeat.mutable_heartbeat()->mutable_activity()->set_sequence(41);
  core_.OnTrainerMessage(10, heartbeat, now_);
  Pass(absl::Seconds(1), 10);
  ASSERT_FALSE(fleet_.sent.empty());
  EXPECT_EQ(fleet_.sent.back().heartbeat().running(0).activity().sequence(), 41u);
}

// Reports go up, acknowledgments come back to the trainer that reported.
TEST_F(DaemonCoreTest, ReportsAndAcknowledgmentsAreRelayed) {
  StartAttached();
  v1::TrainerReport formed = Report(1, 1);
  formed.mutable_formed();
  Say(formed);
  ASSERT_EQ(fleet_.sent.size(), 1);
  EXPECT_TRUE(fleet_.sent[0].report().has_formed());
  Ack(1, 1);
  ASSERT_EQ(trainers_.sent.size(), 1);
  EXPECT_EQ(trainers_.sent[0].first, 10);
  EXPECT_EQ(trainers_.sent[0].second.ack().sequence(), 1);
  Ack(1, 1);
  EXPECT_EQ(trainers_.sent.size(), 1);
}

// A superseded generation is refused here, without asking; what may still be on the line is not.
TEST_F(DaemonCoreTest, StaleReportsAreFenced) {
  StartAttached();
  Assign(0, "cats", 2);
  trainers_.sent.clear();
  v1::TrainerReport formed = Report(1, 1);
  formed.mutable_formed();
  v1::TrainerReport progress = Report(1, 2);
  progress.mutable_progress();
  v1::TrainerReport checkpoint = Report(1, 3);
  checkpoint.mutable_checkpoint();
  v1::TrainerReport foreign = Report(2, 4, "dogs");
  foreign.mutable_progress();
  for (const auto& report : {formed, progress, checkpoint, foreign}) Say(report);
  ASSERT_EQ(trainers_.sent.size(), 1);
  EXPECT_TRUE(trainers_.sent[0].second.ack().refused());
  EXPECT_EQ(trainers_.sent[0].second.ack().sequence(), 1);
  ASSERT_EQ(fleet_.sent.size(), 1);
  EXPECT_TRUE(fleet_.sent[0].report().has_checkpoint());
}

// The coordinator's outage loses no result: what was not acknowledged is sent again, in order, before the exits.
TEST_F(DaemonCoreTest, AnOutageLosesNoResult) {
  StartAttached();
  v1::TrainerReport checkpoint = Report(1, 1);
  checkpoint.mutable_checkpoint();
  Say(checkpoint);
  core_.OnDisconnected();
  v1::TrainerReport progress = Report(1, 2);
  progress.mutable_progress();
  v1::TrainerReport finished = Report(1, 3);
  finished.mutable_finished();
  v1::TrainerReport failure = Report(1, 4);
  failure.mutable_failure();
  for (const auto& report : {progress, finished, failure}) Say(report);
  core_.OnExit(1, {0, 0, ""}, now_);
  fleet_.sent.clear();
  Register();
  ASSERT_EQ(fleet_.sent.size(), 5);
  EXPECT_TRUE(fleet_.sent[0].has_register_());
  EXPECT_TRUE(fleet_.sent[1].report().has_checkpoint());
  EXPECT_TRUE(fleet_.sent[2].report().has_finished());
  EXPECT_TRUE(fleet_.sent[3].report().has_failure());
  EXPECT_EQ(fleet_.sent[4].trainer_exited().exit_code(), 0);
  Ack(1, 1);
  Ack(1, 3);
  fleet_.sent.clear();
  Register();
  EXPECT_EQ(fleet_.sent.size(), 1);
}

// What a new generation made meaningless is not sent again.
TEST_F(DaemonCoreTest, ASupersededReportIsForgotten) {
  StartAttached();
  v1::TrainerReport formed = Report(1, 1);
  formed.mutable_formed();
  Say(formed);
  Assign(0, "cats", 2);
  fleet_.sent.clear();
  Register();
  EXPECT_EQ(fleet_.sent.size(), 1);
}

// A finished trainer is on its way out; the next job of the slot waits for it.
TEST_F(DaemonCoreTest, AFinishedTrainerIsNotReused) {
  StartAttached();
  v1::TrainerReport finished = Report(1, 1);
  finished.mutable_finished();
  Say(finished);
  Ack(1, 1);
  Assign(0, "dogs", 1);
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Seconds(30), 10);
  EXPECT_THAT(processes_.killed, ElementsAre(1));
  core_.OnExit(1, {-1, 9, ""}, now_);
  EXPECT_EQ(processes_.started.back(), "slot 0 dogs g1");
}

// The daemon knows no metric by name.
TEST_F(DaemonCoreTest, MetricsOfTrainersAreApplied) {
  StartAttached();
  v1::TrainerReport report = Report(1, 1);
  for (const char* name : {"doodle_train_loss", "unknown", "doodle_train_grad_norm"}) {
    v1::MetricSample& sample = *report.mutable_metrics()->add_samples();
    sample.set_name(name);
    (*sample.mutable_labels())["job"] = "cats";
    sample.set_value(2);
  }
  Say(report);
  EXPECT_THAT(metrics_.applied, ElementsAre("doodle_train_loss 1 2", "doodle_train_grad_norm 1 2"));
  EXPECT_THAT(fleet_.sent, IsEmpty());
}

// Series of an ended job vanish after ten minutes, those of one that runs again do not.
TEST_F(DaemonCoreTest, MetricsOfAnEndedJobVanishLater) {
  StartAttached();
  core_.OnExit(1, {0, 0, ""}, now_);
  Pass(absl::Seconds(599));
  EXPECT_THAT(metrics_.removed, IsEmpty());
  Pass(absl::Seconds(2));
  EXPECT_THAT(metrics_.removed, ElementsAre("cats"));
  Assign(0, "dogs", 1);
  core_.OnExit(2, {0, 0, ""}, now_);
  Assign(0, "dogs", 2);
  EXPECT_THAT(Attach(11, 0, processes_.tokens.back()), IsOk());
  Pass(absl::Minutes(11), 11);
  EXPECT_THAT(metrics_.removed, ElementsAre("cats"));
}

}  // namespace
}  // namespace doodle
