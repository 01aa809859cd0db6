#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A job that runs on both slots of w1.
void Start(FakeCluster& cluster, uint32_t min_ranks = 1) {
  cluster.AddWorker("w1", 2);
  ASSERT_THAT(cluster.Create("cats", min_ranks, 2), IsOk());
  cluster.Form("cats", 0, "seed");
  cluster.Progress("cats", 30);
}

// The survivor gets the new assignment in its own slot, the dead one's slot gets a new trainer.
TEST(ControllerGangTest, GoesOnInGenerationTwoWithTheSurvivorWhenATrainerDies) {
  FakeCluster cluster;
  Start(cluster);
  FakeWorker& worker = *cluster.workers["w1"];
  worker.Kill(*cluster.controller, 1);
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_RESCALING);
  EXPECT_THAT(cluster.Get("cats").reason(), HasSubstr("killed by signal 9"));
  cluster.Advance(absl::Milliseconds(100));
  ASSERT_THAT(worker.trainers, SizeIs(2));
  EXPECT_EQ(worker.trainers[0].generation(), 2u);
  EXPECT_EQ(worker.trainers[1].generation(), 2u);
  ASSERT_EQ(worker.trainers[0].history_size(), 2);
  EXPECT_EQ(worker.trainers[0].history(1).generation(), 1u);

  cluster.Form("cats", 30, "survivor");
  const v1::Job job = cluster.Get("cats");
  EXPECT_EQ(job.state(), v1::JOB_STATE_RUNNING);
  ASSERT_EQ(job.generations_size(), 2);
  EXPECT_EQ(job.generations(1).restored_from(), "survivor");
  EXPECT_EQ(job.generations(1).start_step(), 30u);
  EXPECT_THAT(job.generations(0).end_reason(), HasSubstr("killed by signal 9"));
  EXPECT_EQ(job.failures(), 1u);
  cluster.Finish("cats");
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_SUCCEEDED);
}

// A crash loop: the job's status tells the first error with rank and log, also after a restart of the coordinator.
TEST(ControllerGangTest, AJobThatCrashesEachTimeFailsWithTheFirstBlame) {
  FakeCluster cluster;
  Start(cluster, 2);
  FakeWorker& worker = *cluster.workers["w1"];
  for (int crash = 0; crash < 4; ++crash) {
    const v1::Assignment assignment = worker.trainers.at(1);
    worker.trainers.erase(1);
    v1::TrainerExited exited;
    exited.set_slot(1);
    exited.set_job("cats");
    exited.set_generation(assignment.generation());
    exited.set_rank(1);
    exited.set_exit_code(1);
    exited.set_reason("exit 1");
    exited.set_log_tail("reading shard-0003.dds\ncrash " + std::to_string(crash) + "\n");
    cluster.controller->TrainerExited("w1", exited);
    cluster.Advance(absl::Seconds(6));
    if (crash == 1) {
      cluster.Restart();
      ASSERT_THAT(worker.Register(*cluster.controller), IsOk());
      cluster.Deliver();
      cluster.Advance(absl::Seconds(3));
    }
    if (crash < 3) cluster.Form("cats", 30, "survivor");
  }
  const v1::Job job = cluster.Get("cats");
  EXPECT_EQ(job.state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(job.reason(), HasSubstr("4 failures in a row at step 30"));
  EXPECT_THAT(job.reason(), HasSubstr("crash 0"));
  const v1::FailureRecord& first = job.first_failure();
  EXPECT_EQ(first.rank(), 1u);
  EXPECT_EQ(first.worker_id(), "w1");
  EXPECT_EQ(first.generation(), 1u);
  EXPECT_EQ(first.step(), 30u);
  EXPECT_EQ(first.cause(), "trainer_exit");
  EXPECT_THAT(first.log_tail(), HasSubstr("reading shard-0003.dds"));
  EXPECT_GT(first.time().seconds(), 0);
}

TEST(ControllerGangTest, RefusesReportsOfAStaleGenerationByNumber) {
  FakeCluster cluster;
  Start(cluster);
  FakeWorker& worker = *cluster.workers["w1"];
  v1::TrainerReport stale = worker.Report(0);
  stale.mutable_finished()->set_next_step(100);
  v1::TrainerReport formed = worker.Report(0);
  formed.mutable_formed()->set_start_step(0);
  worker.Kill(*cluster.controller, 1);
  cluster.Advance(absl::Milliseconds(100));
  worker.acks.clear();
  worker.Send(*cluster.controller, stale);
  worker.Send(*cluster.controller, formed);
  cluster.Deliver();
  ASSERT_THAT(worker.acks, SizeIs(2));
  EXPECT_TRUE(worker.acks[0].refused());
  EXPECT_EQ(worker.acks[0].sequence(), stale.sequence());
  EXPECT_TRUE(worker.acks[1].refused());
  EXPECT_FALSE(cluster.Get("cats").generations(1).formed());
}

// Waits on the old rendezvous fail at once, so no rank waits for a peer that left.
TEST(ControllerGangTest, EndsWaitsOnASupersededRendezvous) {
  FakeCluster cluster;
  Start(cluster);
  const std::string prefix = cluster.workers["w1"]->trainers[0].rendezvous_prefix();
  absl::Status waited;
  cluster.controller->rendezvous().Wait(prefix, {"rank1"}, absl::Seconds(30),
                                        [&](const auto& values) { waited = values.status(); });
  cluster.workers["w1"]->Kill(*cluster.controller, 1);
  EXPECT_THAT(waited, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(cluster.controller->rendezvous().Set(prefix, "k", "v"), StatusIs(absl::StatusCode::kAborted));
}

TEST(ControllerGangTest, FailsAtOnceOnAPermanentFailureWithTheReason) {
  FakeCluster cluster;
  Start(cluster);
  FakeWorker& worker = *cluster.workers["w1"];
  v1::TrainerReport report = worker.Report(1);
  report.mutable_failure()->set_message("plan digest differs");
  report.mutable_failure()->set_permanent(true);
  worker.Send(*cluster.controller, report);
  cluster.Deliver();
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(cluster.Get("cats").reason(), "rank 1: plan digest differs");
  EXPECT_THAT(worker.trainers, IsEmpty());
}

TEST(ControllerGangTest, ShrinksWhenAWorkerIsLostAndTellsItToRegisterAgain) {
  FakeCluster cluster;
  cluster.AddWorker("w1", 1);
  cluster.AddWorker("w2", 1);
  ASSERT_THAT(cluster.Create("cats", 1, 2), IsOk());
  cluster.Form("cats", 0, "seed");
  cluster.beating.erase("w2");
  cluster.Advance(absl::Milliseconds(2200));
  EXPECT_EQ(cluster.controller->GetWorker("w2")->state(), v1::WORKER_STATE_LOST);
  EXPECT_EQ(cluster.workers["w1"]->trainers[0].generation(), 2u);
  EXPECT_EQ(cluster.workers["w1"]->trainers[0].world_size(), 1u);

  FakeWorker& back = *cluster.workers["w2"];
  back.Heartbeat(*cluster.controller);
  cluster.Deliver();
  EXPECT_EQ(back.told_to_register, 1);
  ASSERT_THAT(back.Register(*cluster.controller), IsOk());
  cluster.Deliver();
  EXPECT_THAT(back.trainers, IsEmpty()) << "a trainer that is no longer a member is told to end";
}

// Its trainer kept the weights in memory, so it is worth waiting for.
TEST(ControllerGangTest, TakesATrainerBackWhileTheGangIsBelowMin) {
  FakeCluster cluster;
  cluster.AddWorker("w1", 1);
  cluster.AddWorker("w2", 1);
  ASSERT_THAT(cluster.Create("cats", 2, 2), IsOk());
  cluster.Form("cats", 0, "seed");
  cluster.beating.erase("w2");
  cluster.Advance(absl::Seconds(5));
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_RESCALING);
  EXPECT_THAT(cluster.Get("cats").reason(), HasSubstr("waits for 1 more rank"));
  ASSERT_THAT(cluster.workers["w2"]->Register(*cluster.controller), IsOk());
  cluster.Deliver();
  ASSERT_THAT(cluster.workers["w2"]->trainers, SizeIs(1));
  EXPECT_EQ(cluster.workers["w2"]->trainers[0].generation(), 2u);
  EXPECT_EQ(cluster.Get("cats").ranks_size(), 2);
}

TEST(ControllerGangTest, QueuesAJobThatStaysBelowMin) {
  FakeCluster cluster;
  cluster.AddWorker("w1", 1);
  cluster.AddWorker("w2", 1);
  ASSERT_THAT(cluster.Create("cats", 2, 2), IsOk());
  cluster.Form("cats", 0, "seed");
  cluster.beating.erase("w2");
  cluster.Advance(absl::Seconds(33));
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(cluster.Get("cats").reason(), "needs 2 slots: the fleet has 1 on 1 worker");
  EXPECT_THAT(cluster.workers["w1"]->trainers, IsEmpty());
}

TEST(ControllerGangTest, RefusesASecondLiveIncarnationOfAWorker) {
  FakeCluster cluster;
  Start(cluster);
  FakeWorker twin("w1", 2);
  twin.incarnation = "two";
  EXPECT_THAT(twin.Register(*cluster.controller), StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("host-w1")));
  // Its stream closes: the daemon died, and its trainers with it.
  cluster.controller->Disconnected("w1", "one");
  ASSERT_THAT(twin.Register(*cluster.controller), IsOk());
  cluster.Advance(absl::Milliseconds(100));
  EXPECT_EQ(cluster.Get("cats").generations_size(), 2);
}

// An exit report that was lost with the stream shows in the heartbeats.
TEST(ControllerGangTest, NoticesATrainerThatVanishedFromTheHeartbeats) {
  FakeCluster cluster;
  Start(cluster);
  cluster.Advance(absl::Seconds(3));
  cluster.workers["w1"]->trainers.erase(1);
  cluster.Advance(absl::Milliseconds(100));
  EXPECT_EQ(cluster.Get("cats").generations_size(), 2);
  EXPECT_THAT(cluster.Get("cats").generations(0).end_reason(), HasSubstr("rank 1 vanished"));
}

// The coordinator dies in mid-run: the gang goes on in the same generation and may finish.
TEST(ControllerGangTest, AdoptsARunningGangAfterARestart) {
  FakeCluster cluster;
  Start(cluster);
  cluster.Restart();
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_RUNNING);
  cluster.beating.clear();
  cluster.Advance(absl::Seconds(1));
  ASSERT_THAT(cluster.workers["w1"]->Register(*cluster.controller), IsOk());
  cluster.beating.insert("w1");
  cluster.Advance(absl::Seconds(5));
  EXPECT_EQ(cluster.Get("cats").generations_size(), 1);
  cluster.Progress("cats", 60);
  EXPECT_EQ(cluster.Get("cats").step(), 60u);
  cluster.Finish("cats");
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_SUCCEEDED);
  cluster.Restart();
  const v1::Job job = cluster.Get("cats");
  EXPECT_EQ(job.loss(), 1.5);
  EXPECT_EQ(job.step(), 100u);
  EXPECT_EQ(job.ranks(0).digest().parameters(), "p");
}

TEST(ControllerGangTest, ReplacesAGenerationThatHadNotFormedBeforeARestart) {
  FakeCluster cluster;
  cluster.AddWorker("w1", 2);
  ASSERT_THAT(cluster.Create("cats", 1, 2), IsOk());
  cluster.Restart();
  ASSERT_THAT(cluster.workers["w1"]->Register(*cluster.controller), IsOk());
  cluster.Advance(absl::Milliseconds(60));
  EXPECT_EQ(cluster.workers["w1"]->trainers[0].generation(), 2u);
  EXPECT_EQ(cluster.Get("cats").failures(), 0u);
  cluster.Form("cats", 0, "seed");
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_RUNNING);
}

TEST(ControllerGangTest, RepairsAFaultThatHappenedWhileTheCoordinatorWasAway) {
  FakeCluster cluster;
  Start(cluster);
  cluster.Restart();
  cluster.workers["w1"]->trainers.erase(1);
  ASSERT_THAT(cluster.workers["w1"]->Register(*cluster.controller), IsOk());
  cluster.Advance(absl::Milliseconds(100));
  EXPECT_EQ(cluster.Get("cats").generations_size(), 2);
  EXPECT_EQ(cluster.workers["w1"]->trainers[1].generation(), 2u);
}

}  // namespace
}  // namespace doodle
