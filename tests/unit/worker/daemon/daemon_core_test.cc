#include "worker/daemon/daemon_core.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/worker/daemon/daemon_core_fixture.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The first trainer of a slot is started, says its token, and gets its assignment.
TEST_F(DaemonCoreTest, AnAssignmentStartsATrainer) {
  Assign(1, "cats", 1);
  EXPECT_THAT(processes_.started, ElementsAre("slot 1 cats g1"));
  EXPECT_THAT(Attach(10, 1, "token1"), IsOk());
  ASSERT_EQ(trainers_.sent.size(), 1);
  EXPECT_EQ(trainers_.sent[0].first, 10);
  EXPECT_EQ(trainers_.sent[0].second.assignment().generation(), 1);
}

// Whoever does not know the token, or comes a second time, is a stranger.
TEST_F(DaemonCoreTest, AStrangerIsTurnedAway) {
  Assign(0, "cats", 1);
  const auto denied = absl::StatusCode::kPermissionDenied;
  EXPECT_THAT(Attach(9, 0, "guess"), StatusIs(denied));
  EXPECT_THAT(Attach(9, 1, "token1"), StatusIs(denied));
  EXPECT_THAT(Attach(9, 7, "token1"), StatusIs(denied));
  EXPECT_THAT(Attach(9, 1, ""), StatusIs(denied));
  EXPECT_THAT(Attach(10, 0, "token1"), IsOk());
  EXPECT_THAT(Attach(11, 0, "token1"), StatusIs(denied));
}

// Survivors keep their weights in memory: the same process gets the next generation.
TEST_F(DaemonCoreTest, ANewGenerationGoesToTheLiveTrainer) {
  StartAttached();
  Assign(0, "cats", 2);
  EXPECT_EQ(processes_.started.size(), 1);
  ASSERT_EQ(trainers_.sent.size(), 1);
  EXPECT_EQ(trainers_.sent[0].second.assignment().generation(), 2);
  Assign(0, "cats", 2);
  Assign(0, "cats", 1);
  EXPECT_EQ(trainers_.sent.size(), 1);
}

// A trainer that is still starting gets the newest assignment, once.
TEST_F(DaemonCoreTest, AStartingTrainerGetsTheNewestAssignment) {
  Assign(0, "cats", 1);
  Assign(0, "cats", 2);
  EXPECT_THAT(Attach(10, 0, "token1"), IsOk());
  ASSERT_EQ(trainers_.sent.size(), 1);
  EXPECT_EQ(trainers_.sent[0].second.assignment().generation(), 2);
}

// The coordinator's word counts: another job takes the slot as soon as the process is gone.
TEST_F(DaemonCoreTest, AnotherJobTakesTheSlotAfterTheExit) {
  StartAttached();
  Assign(0, "dogs", 5);
  EXPECT_THAT(processes_.killed, ElementsAre(1));
  EXPECT_EQ(processes_.started.size(), 1);
  core_.OnExit(1, {-1, 9, ""}, now_);
  EXPECT_THAT(processes_.started, ElementsAre("slot 0 cats g1", "slot 0 dogs g5"));
  ASSERT_EQ(Exits().size(), 1);
  EXPECT_EQ(Exits()[0].job(), "cats");
  EXPECT_EQ(Exits()[0].reason(), "its slot was given to job dogs");
}

// An exit is told at once, with what the trainer said last.
TEST_F(DaemonCoreTest, AnExitIsReportedWithItsReason) {
  StartAttached();
  Assign(0, "cats", 3);
  core_.OnExit(1, {-1, 9, "last words"}, now_);
  ASSERT_EQ(Exits().size(), 1);
  EXPECT_EQ(Exits()[0].generation(), 3);
  EXPECT_EQ(Exits()[0].signal(), 9);
  EXPECT_EQ(Exits()[0].reason(), "killed by signal 9");
  EXPECT_EQ(Exits()[0].log_tail(), "last words");
  Assign(0, "cats", 4);
  core_.OnExit(2, {3, 0, ""}, now_);
  EXPECT_EQ(Exits().back().reason(), "exit 3");
}

// What cannot be started is an exit too, or the coordinator would wait.
TEST_F(DaemonCoreTest, WhatCannotStartIsReported) {
  processes_.start_error = absl::PermissionDeniedError("no");
  Assign(0, "cats", 1);
  Assign(7, "cats", 1);
  ASSERT_EQ(Exits().size(), 2);
  EXPECT_EQ(Exits()[0].exit_code(), 127);
  EXPECT_EQ(Exits()[0].reason(), "cannot start: no");
  EXPECT_EQ(Exits()[1].reason(), "the worker has no such slot");
  EXPECT_TRUE(core_.idle());
}

// A release that comes late, or means another job, touches nobody.
TEST_F(DaemonCoreTest, AStaleReleaseIsIgnored) {
  StartAttached();
  Assign(0, "cats", 4);
  Release(0, "cats", 3, 0);
  Release(0, "dogs", 9, 0);
  Release(1, "cats", 9, 0);
  Release(7, "cats", 9, 0);
  EXPECT_THAT(processes_.killed, IsEmpty());
  Release(0, "cats", 4, 0);
  EXPECT_THAT(processes_.killed, ElementsAre(1));
}

// A graceful release lets the trainer finish its step, but not for ever.
TEST_F(DaemonCoreTest, AGracefulReleaseEndsInAKill) {
  StartAttached();
  Release(0, "cats", 1, 2000);
  ASSERT_EQ(trainers_.sent.size(), 1);
  EXPECT_TRUE(trainers_.sent[0].second.has_leave());
  Pass(absl::Milliseconds(1750), 10);
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Milliseconds(250), 10);
  EXPECT_THAT(processes_.killed, ElementsAre(1));
  core_.OnExit(1, {-1, 9, ""}, now_);
  EXPECT_EQ(Exits()[0].reason(), "did not leave in time");
}

// A leaving trainer's slot is assigned again: the new one starts when the old one is gone.
TEST_F(DaemonCoreTest, AnAssignmentWaitsForALeavingTrainer) {
  StartAttached();
  Release(0, "cats", 1, 2000);
  Assign(0, "cats", 2);
  EXPECT_EQ(processes_.started.size(), 1);
  EXPECT_THAT(processes_.killed, IsEmpty());
  core_.OnExit(1, {0, 0, ""}, now_);
  EXPECT_THAT(processes_.started, ElementsAre("slot 0 cats g1", "slot 0 cats g2"));
}

// One look may find a trainer stopped by chance (a debugger); two are a frozen trainer.
TEST_F(DaemonCoreTest, AStoppedTrainerIsKilledAtTheSecondLook) {
  StartAttached();
  processes_.stopped.insert(1);
  Pass(absl::Milliseconds(250), 10);
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Milliseconds(250), 10);
  EXPECT_THAT(processes_.killed, ElementsAre(1));
  Pass(absl::Seconds(5), 10);
  EXPECT_THAT(processes_.killed, ElementsAre(1));
}

// A trainer whose link is silent hangs.
TEST_F(DaemonCoreTest, ASilentTrainerIsKilled) {
  StartAttached();
  Pass(absl::Seconds(30), 10);
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Seconds(3));
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Milliseconds(250));
  EXPECT_THAT(processes_.killed, ElementsAre(1));
  core_.OnExit(1, {-1, 9, ""}, now_);
  EXPECT_EQ(Exits()[0].reason(), "not responding for 3s");
}

// The daemon's own absence is not the trainers' silence.
TEST_F(DaemonCoreTest, ADaemonThatSleptKillsNobody) {
  StartAttached();
  Pass(absl::Milliseconds(250), 10);
  now_ += absl::Seconds(60);
  core_.OnTick(now_);
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Milliseconds(3250));
  EXPECT_THAT(processes_.killed, ElementsAre(1));
}

// Loading the libraries takes its time, but not for ever.
TEST_F(DaemonCoreTest, ATrainerThatNeverAttachesIsKilled) {
  Assign(0, "cats", 1);
  Pass(absl::Seconds(60));
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Milliseconds(250));
  EXPECT_THAT(processes_.killed, ElementsAre(1));
}

// The end of the link is followed by the end of the process.
TEST_F(DaemonCoreTest, ATrainerWhoseLinkEndedMustExit) {
  StartAttached();
  core_.OnDetach(10, now_);
  Pass(absl::Milliseconds(9750));
  EXPECT_THAT(processes_.killed, IsEmpty());
  Pass(absl::Milliseconds(250));
  EXPECT_THAT(processes_.killed, ElementsAre(1));
}

// SIGTERM: every trainer is asked, then killed, and nothing new begins.
TEST_F(DaemonCoreTest, AShutdownLeavesNobodyBehind) {
  StartAttached();
  Assign(1, "dogs", 1);  // Not attached: it has nothing to save.
  core_.Shutdown(now_);
  EXPECT_THAT(processes_.killed, ElementsAre(2));
  EXPECT_TRUE(trainers_.sent[0].second.has_leave());
  core_.OnExit(2, {-1, 9, ""}, now_);
  EXPECT_FALSE(core_.idle());
  Pass(absl::Seconds(5), 10);
  EXPECT_THAT(processes_.killed, ElementsAre(2, 1));
  core_.OnExit(1, {-1, 9, ""}, now_);
  EXPECT_TRUE(core_.idle());
  Assign(0, "cats", 9);
  EXPECT_TRUE(core_.idle());
  EXPECT_EQ(Exits().back().reason(), "the worker is shutting down");
}

}  // namespace
}  // namespace doodle
