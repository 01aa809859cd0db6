#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ids/names.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The whole life of a job on one worker with two slots.
TEST(ControllerJobsTest, RunsAJobFromTheQueueToSuccess) {
  FakeCluster cluster;
  ASSERT_THAT(cluster.Create("cats", 1, 2), IsOk());
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(cluster.Get("cats").reason(), "waits for 1 slot: no worker is registered");

  FakeWorker& worker = cluster.AddWorker("w1", 2);
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_STARTING);
  ASSERT_THAT(worker.trainers, SizeIs(2));
  EXPECT_EQ(worker.trainers[1].rank(), 1u);
  EXPECT_EQ(worker.trainers[1].world_size(), 2u);
  EXPECT_EQ(worker.trainers[1].generation(), 1u);
  EXPECT_FALSE(worker.trainers[1].has_restore());

  cluster.Form("cats", 0, "seed");
  ASSERT_THAT(worker.acks, SizeIs(1));
  EXPECT_FALSE(worker.acks[0].refused());
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_RUNNING);
  cluster.Progress("cats", 40);
  EXPECT_EQ(cluster.Get("cats").step(), 40u);
  EXPECT_EQ(cluster.Get("cats").loss(), 1.5);

  cluster.Finish("cats");
  const v1::Job job = cluster.Get("cats");
  EXPECT_EQ(job.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(job.step(), 100u);
  ASSERT_EQ(job.ranks_size(), 2);
  EXPECT_EQ(job.ranks(0).digest().parameters(), job.ranks(1).digest().parameters());
  EXPECT_DOUBLE_EQ(job.ranks(0).samples_share(), 0.6);
  EXPECT_DOUBLE_EQ(job.ranks(1).samples_share(), 0.4);
  EXPECT_THAT(worker.trainers, IsEmpty());
  EXPECT_THAT(cluster.controller->GetWorker("w1")->slots(0).job(), IsEmpty());
}

// The phases of a job's time add up to the time that passed, whatever its trainers waited for.
TEST(ControllerJobsTest, DividesTheTimeOfARunningJobByWhatItsRanksReport) {
  FakeCluster cluster;
  ASSERT_THAT(cluster.Create("cats", 2, 2), IsOk());
  cluster.AddWorker("w1", 2);
  cluster.Form("cats", 0, "seed");
  cluster.Advance(absl::Seconds(6));
  for (uint32_t rank = 0; rank < 2; ++rank) {
    const auto [worker, slot] = cluster.Rank("cats", rank);
    v1::TrainerReport report = worker->Report(slot);
    report.mutable_progress()->set_next_step(10);
    report.mutable_progress()->set_data_wait_seconds(rank == 0 ? 0.25 : 1.5);
    report.mutable_progress()->set_checkpoint_seconds(rank == 0 ? 0.5 : 0);
    worker->Send(*cluster.controller, report);
  }
  cluster.Advance(absl::Seconds(4));
  cluster.Finish("cats");
  const auto time = [&](const std::string& phase) {
    const std::string page = cluster.metrics.Expose();
    const std::string series = "doodle_job_time_seconds_total{job=\"cats\",phase=\"" + phase + "\"} ";
    const size_t found = page.find(series);
    return found == std::string::npos ? -1 : std::stod(page.substr(found + series.size()));
  };
  EXPECT_NEAR(time("data_wait"), 1.5, 1e-6) << "the rank that waited longest";
  EXPECT_NEAR(time("checkpoint"), 0.5, 1e-6);
  EXPECT_NEAR(time("productive"), 8, 1e-6);
}

TEST(ControllerJobsTest, GivesTheSameJobForTheSameRequestAlsoAfterARestart) {
  FakeCluster cluster;
  ASSERT_OK_AND_ASSIGN(const v1::Job first, cluster.Create("cats", 1, 1, "r1"));
  ASSERT_OK_AND_ASSIGN(const v1::Job repeated, cluster.Create("cats", 1, 1, "r1"));
  ASSERT_OK_AND_ASSIGN(const v1::Job other, cluster.Create("cats", 1, 1, "r2"));
  EXPECT_EQ(repeated.id(), first.id());
  EXPECT_EQ(other.id(), "cats-2");
  cluster.Restart();
  ASSERT_OK_AND_ASSIGN(const v1::Job again, cluster.Create("cats", 1, 1, "r2"));
  EXPECT_EQ(again.id(), "cats-2");
  EXPECT_THAT(cluster.controller->ListJobs(), SizeIs(2));
}

// A name may be as long as a name can be; the number that tells two of them apart must still fit.
TEST(ControllerJobsTest, TheIdOfASecondJobIsANameHoweverLongTheFirstIs) {
  FakeCluster cluster;
  const std::string name(kLongestName, 'a');
  ASSERT_THAT(cluster.Create(name, 1, 1), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Job second, cluster.Create(name, 1, 1));
  EXPECT_THAT(ValidateName("id", second.id()), IsOk());
  EXPECT_NE(second.id(), name);
}

// The files of a deleted job are not taken for those of a new one with the same name.
TEST(ControllerJobsTest, DoesNotReuseTheNameOfADirectoryThatIsLeft) {
  FakeCluster cluster;
  ASSERT_THAT(cluster.Create("cats", 1, 1), IsOk());
  ASSERT_THAT(cluster.controller->CancelJob("cats"), IsOk());
  ASSERT_THAT(cluster.controller->DeleteJob("cats", false), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Job next, cluster.Create("cats", 1, 1));
  EXPECT_EQ(next.id(), "cats-2");
  ASSERT_THAT(cluster.controller->CancelJob("cats-2"), IsOk());
  ASSERT_THAT(cluster.controller->DeleteJob("cats-2", true), IsOk());
  cluster.Deliver();
  EXPECT_FALSE(LocalFileSystem().Exists(cluster.directory.File("jobs/cats-2")));
}

TEST(ControllerJobsTest, TellsWhyAJobWaitsAndStartsItWhenSlotsAreFree) {
  FakeCluster cluster;
  cluster.AddWorker("w1", 2);
  ASSERT_THAT(cluster.Create("first", 1, 1), IsOk());
  ASSERT_THAT(cluster.Create("second", 2, 2), IsOk());
  EXPECT_EQ(cluster.Get("second").reason(), "waits for 2 slots: 1 free on 1 worker");
  ASSERT_THAT(cluster.controller->CancelJob("first"), IsOk());
  cluster.Deliver();
  EXPECT_EQ(cluster.Get("second").state(), v1::JOB_STATE_STARTING);
}

TEST(ControllerJobsTest, CancelsARunningJobAndFreesItsSlots) {
  FakeCluster cluster;
  FakeWorker& worker = cluster.AddWorker("w1", 2);
  ASSERT_THAT(cluster.Create("cats", 1, 2), IsOk());
  cluster.Form("cats", 0, "seed");
  ASSERT_OK_AND_ASSIGN(const v1::Job job, cluster.controller->CancelJob("cats"));
  EXPECT_EQ(job.state(), v1::JOB_STATE_CANCELED);
  EXPECT_THAT(cluster.controller->CancelJob("cats"), IsOk());
  cluster.Deliver();
  EXPECT_THAT(worker.trainers, IsEmpty());
  EXPECT_THAT(cluster.controller->GetWorker("w1")->slots(1).job(), IsEmpty());
}

TEST(ControllerJobsTest, PausesAndResumesWithTheNextGeneration) {
  FakeCluster cluster;
  FakeWorker& worker = cluster.AddWorker("w1", 1);
  ASSERT_THAT(cluster.Create("cats", 1, 1), IsOk());
  cluster.Form("cats", 0, "seed");
  ASSERT_THAT(cluster.controller->PauseJob("cats"), IsOk());
  cluster.Deliver();
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_PAUSED);
  EXPECT_THAT(worker.trainers, IsEmpty());
  ASSERT_THAT(cluster.controller->ResumeJob("cats"), IsOk());
  cluster.Deliver();
  EXPECT_EQ(cluster.Get("cats").state(), v1::JOB_STATE_STARTING);
  EXPECT_EQ(worker.trainers[0].generation(), 2u);
  EXPECT_EQ(cluster.Get("cats").failures(), 0u);
}

TEST(ControllerJobsTest, RefusesWhatTheStateDoesNotAllow) {
  FakeCluster cluster;
  ASSERT_THAT(cluster.Create("cats", 1, 1), IsOk());
  EXPECT_THAT(cluster.controller->DeleteJob("cats", false), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(cluster.controller->GetJob("dogs"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("dogs")));
  ASSERT_THAT(cluster.controller->CancelJob("cats"), IsOk());
  EXPECT_THAT(cluster.controller->PauseJob("cats"), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(cluster.controller->ResumeJob("cats"), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ControllerJobsTest, ServesHigherPriorityFirst) {
  FakeCluster cluster;
  ASSERT_THAT(cluster.Create("old", 1, 1), IsOk());
  ASSERT_THAT(cluster.Create("urgent", 1, 1), IsOk());
  ASSERT_THAT(cluster.controller->SetPriority("urgent", 5), IsOk());
  cluster.AddWorker("w1", 1);
  EXPECT_EQ(cluster.Get("urgent").state(), v1::JOB_STATE_STARTING);
  EXPECT_EQ(cluster.Get("old").state(), v1::JOB_STATE_QUEUED);
}

// A watcher sees the job at once when it missed a change, and waits when it did not.
TEST(ControllerJobsTest, TellsAWatcherOfEachChange) {
  FakeCluster cluster;
  ASSERT_OK_AND_ASSIGN(const v1::Job job, cluster.Create("cats", 1, 1));
  std::vector<v1::JobState> seen;
  const auto note = [&](absl::StatusOr<v1::Job> changed) { seen.push_back(changed->state()); };
  cluster.controller->WatchJob("cats", 0, note);
  EXPECT_THAT(seen, SizeIs(1));
  const uint64_t watch = cluster.controller->WatchJob("cats", cluster.Get("cats").version(), note);
  cluster.controller->WatchJob("cats", cluster.Get("cats").version(), note);
  EXPECT_THAT(seen, SizeIs(1));
  cluster.controller->Unwatch(watch);
  ASSERT_THAT(cluster.controller->CancelJob("cats"), IsOk());
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen.back(), v1::JOB_STATE_CANCELED);
}

}  // namespace
}  // namespace doodle
