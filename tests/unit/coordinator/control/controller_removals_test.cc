#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

class ControllerRemovalsTest : public ::testing::Test {
 protected:
  // Creates, cancels and deletes the job "cats" with its files.
  void DeleteCats() {
    ASSERT_THAT(cluster_.Create("cats", 1, 1), IsOk());
    ASSERT_THAT(cluster_.controller->CancelJob("cats"), IsOk());
    cluster_.Deliver();
    ASSERT_TRUE(LocalFileSystem().Exists(cats_));
    ASSERT_THAT(cluster_.controller->DeleteJob("cats", true), IsOk());
  }

  FakeCluster cluster_;
  const std::string cats_ = cluster_.directory.File("jobs/cats");
};

TEST_F(ControllerRemovalsTest, AsksAgainForARemovalThatWasDropped) {
  DeleteCats();
  cluster_.executor.DropAll();
  cluster_.Advance(absl::Seconds(50));
  EXPECT_TRUE(LocalFileSystem().Exists(cats_));
  cluster_.Advance(absl::Seconds(12));
  EXPECT_FALSE(LocalFileSystem().Exists(cats_));
}

// Only the memory of the coordinator knew of it.
TEST_F(ControllerRemovalsTest, RemovesAfterARestartWhatWasNotRemovedBefore) {
  DeleteCats();
  cluster_.executor.DropAll();
  cluster_.Restart();
  ASSERT_OK_AND_ASSIGN(const v1::Job next, cluster_.Create("cats", 1, 1));
  EXPECT_EQ(next.id(), "cats-2");
  EXPECT_FALSE(LocalFileSystem().Exists(cats_));
  cluster_.Advance(absl::Milliseconds(40));
  cluster_.Restart();  // What is done is not repeated: the name may be another job's.
  ASSERT_OK_AND_ASSIGN(const v1::Job again, cluster_.Create("cats", 1, 1));
  EXPECT_EQ(again.id(), "cats");
}

// A client that did not hear the answer asks again; by then the name may be another job's.
TEST_F(ControllerRemovalsTest, ARepeatedDeleteIsAnsweredAndTakesNothingElse) {
  ASSERT_THAT(cluster_.Create("cats", 1, 1), IsOk());
  ASSERT_THAT(cluster_.controller->CancelJob("cats"), IsOk());
  ASSERT_THAT(cluster_.controller->DeleteJob("cats", true, "r1"), IsOk());
  EXPECT_THAT(cluster_.controller->DeleteJob("cats", true, "r1"), IsOk());
  EXPECT_THAT(cluster_.controller->DeleteJob("cats", true, "r2"), StatusIs(absl::StatusCode::kNotFound));
  cluster_.Advance(absl::Milliseconds(40));
  cluster_.Restart();
  ASSERT_OK_AND_ASSIGN(const v1::Job next, cluster_.Create("cats", 1, 1));
  ASSERT_EQ(next.id(), "cats");
  EXPECT_THAT(cluster_.controller->DeleteJob("cats", true, "r1"), IsOk());
  EXPECT_THAT(cluster_.controller->GetJob("cats"), IsOk());
  EXPECT_THAT(cluster_.controller->DeleteJob("dogs", true, "r1"), StatusIs(absl::StatusCode::kInvalidArgument));
}

// The name is free again as soon as the files are gone; what was asked for twice must not take the new job's.
TEST_F(ControllerRemovalsTest, ARemovalAskedForTwiceLeavesTheNextJobOfTheNameAlone) {
  DeleteCats();
  cluster_.clock.Advance(absl::Seconds(61));
  cluster_.controller->Tick();  // Asks again while the first still waits.
  cluster_.executor.RunOne();
  ASSERT_FALSE(LocalFileSystem().Exists(cats_));
  PreparedJob prepared;
  prepared.definition.mutable_spec()->set_name("cats");
  prepared.definition.mutable_spec()->mutable_ranks()->set_min(1);
  prepared.definition.mutable_spec()->mutable_ranks()->set_max(1);
  ASSERT_OK_AND_ASSIGN(const v1::Job next, cluster_.controller->CreateJob(prepared, ""));
  ASSERT_EQ(next.id(), "cats");
  ASSERT_TRUE(LocalFileSystem().Exists(cats_));
  cluster_.executor.RunAll();
  EXPECT_TRUE(LocalFileSystem().Exists(cats_));
}

TEST_F(ControllerRemovalsTest, TheNameOfADirectoryThatWaitsForItsRemovalIsNotFree) {
  DeleteCats();
  ASSERT_THAT(LocalFileSystem().RemoveAll(cats_), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Job next, cluster_.Create("cats", 1, 1));
  EXPECT_EQ(next.id(), "cats-2");
}

// A client that did not hear the answer asks for the same again.
TEST(ControllerRepeatsTest, ARequestForAStateThatIsReachedChangesNothing) {
  FakeCluster cluster;
  ASSERT_THAT(cluster.Create("cats", 1, 1), IsOk());
  const auto version_after = [&](const absl::StatusOr<v1::Job>& job) {
    EXPECT_TRUE(job.ok()) << job.status();
    return job.ok() ? job->version() : 0;
  };
  Controller& controller = *cluster.controller;
  uint64_t version = version_after(controller.SetPriority("cats", 7));
  EXPECT_EQ(version_after(controller.SetPriority("cats", 7)), version);
  version = version_after(controller.PauseJob("cats"));
  EXPECT_EQ(version_after(controller.PauseJob("cats")), version);
  version = version_after(controller.ResumeJob("cats"));
  EXPECT_EQ(version_after(controller.ResumeJob("cats")), version);
  version = version_after(controller.CancelJob("cats"));
  EXPECT_EQ(version_after(controller.CancelJob("cats")), version);
}

}  // namespace
}  // namespace doodle
