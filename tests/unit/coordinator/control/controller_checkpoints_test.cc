#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/checkpoint/checkpoint_manifest.h"
#include "common/io/checksum.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

using ::testing::SizeIs;

class ControllerCheckpointsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.AddWorker("w1", 1);
    ASSERT_THAT(cluster_.Create("cats", 1, 1), IsOk());
    cluster_.Form("cats", 0, "seed");
  }

  FakeWorker& worker() { return *cluster_.workers["w1"]; }

  // A verified directory with one file.
  std::string WriteCheckpoint(StateTag tag) {
    const std::string name = CheckpointName(tag);
    const std::string path = cluster_.directory.File("jobs/cats/checkpoints/" + name);
    FileSystem& files = LocalFileSystem();
    EXPECT_TRUE(files.MakeDirectories(path).ok());
    CheckpointManifest manifest;
    manifest.job = "cats";
    manifest.tag = tag;
    manifest.files.push_back({"model.safetensors", 7, Sha256Hex("weights")});
    EXPECT_TRUE(WriteFileAtomically(files, path + "/model.safetensors", "weights").ok());
    EXPECT_TRUE(WriteFileAtomically(files, path + "/manifest.json", SerializeCheckpointManifest(manifest)).ok());
    return name;
  }

  void ReportCheckpoint(const std::string& name, StateTag tag) {
    v1::TrainerReport report = worker().Report(0);
    report.mutable_checkpoint()->set_name(name);
    report.mutable_checkpoint()->mutable_tag()->set_generation(tag.generation);
    report.mutable_checkpoint()->mutable_tag()->set_next_step(tag.next_step);
    worker().Send(*cluster_.controller, report);
    cluster_.Deliver();
  }

  void ReportScore(uint64_t step, double map3) {
    v1::TrainerReport report = worker().Report(0);
    report.mutable_evaluation()->set_step(step);
    report.mutable_evaluation()->set_split("valid");
    report.mutable_evaluation()->set_weights("raw");
    report.mutable_evaluation()->set_map3(map3);
    worker().Send(*cluster_.controller, report);
    cluster_.Deliver();
  }

  FakeCluster cluster_;
};

TEST_F(ControllerCheckpointsTest, RegistersAVerifiedCheckpointAndRestoresFromIt) {
  ReportCheckpoint(WriteCheckpoint({1, 20}), {1, 20});
  EXPECT_FALSE(worker().acks.back().refused());
  ASSERT_OK_AND_ASSIGN(const auto latest, cluster_.controller->GetCheckpoint("cats", "latest"));
  EXPECT_EQ(latest.checkpoint().name(), "step-000000020-g1");
  EXPECT_EQ(latest.directory(), cluster_.directory.File("jobs/cats/checkpoints/step-000000020-g1"));
  worker().Kill(*cluster_.controller, 0);
  cluster_.Advance(absl::Milliseconds(100));
  EXPECT_EQ(worker().trainers[0].restore().checkpoint(), "step-000000020-g1");
}

TEST_F(ControllerCheckpointsTest, RefusesOneThatDoesNotVerifyOrIsNotOnTheLine) {
  const std::string name = WriteCheckpoint({1, 20});
  const std::string file = cluster_.directory.File("jobs/cats/checkpoints/" + name + "/model.safetensors");
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), file, "weightz"), IsOk());
  ReportCheckpoint(name, {1, 20});
  EXPECT_TRUE(worker().acks.back().refused());
  ReportCheckpoint(WriteCheckpoint({7, 20}), {7, 20});
  EXPECT_TRUE(worker().acks.back().refused());
  ReportCheckpoint("step-000000030-g1", {1, 31});
  EXPECT_TRUE(worker().acks.back().refused());
  EXPECT_THAT(*cluster_.controller->ListCheckpoints("cats"), SizeIs(0));
}

// keep_last 2 and keep_best 1: the best of the old ones stays, the others go from ledger and disk.
TEST_F(ControllerCheckpointsTest, KeepsTheNewestAndTheBest) {
  for (uint64_t step = 10; step <= 50; step += 10) {
    ReportScore(step, step == 20 ? 0.9 : 0.5);
    ReportCheckpoint(WriteCheckpoint({1, step}), {1, step});
  }
  ASSERT_OK_AND_ASSIGN(const auto records, cluster_.controller->ListCheckpoints("cats"));
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].name(), "step-000000020-g1");
  EXPECT_TRUE(records[0].best());
  EXPECT_EQ(records[0].metric(), 0.9);
  EXPECT_TRUE(records[2].latest());
  EXPECT_FALSE(LocalFileSystem().Exists(cluster_.directory.File("jobs/cats/checkpoints/step-000000010-g1")));
  EXPECT_TRUE(LocalFileSystem().Exists(cluster_.directory.File("jobs/cats/checkpoints/step-000000020-g1")));
}

TEST_F(ControllerCheckpointsTest, NamesTheNextSourceWhenALeaderRefusesOne) {
  ReportCheckpoint(WriteCheckpoint({1, 20}), {1, 20});
  ReportCheckpoint(WriteCheckpoint({1, 40}), {1, 40});
  worker().Kill(*cluster_.controller, 0);
  cluster_.Advance(absl::Milliseconds(100));
  ASSERT_EQ(worker().trainers[0].restore().checkpoint(), "step-000000040-g1");
  v1::TrainerReport report = worker().Report(0);
  report.mutable_restore_refused()->set_checkpoint("step-000000040-g1");
  worker().Send(*cluster_.controller, report);
  cluster_.Deliver();
  EXPECT_EQ(worker().acks.back().restore().checkpoint(), "step-000000020-g1");
  report = worker().Report(0);
  report.mutable_restore_refused()->set_checkpoint("step-000000020-g1");
  worker().Send(*cluster_.controller, report);
  cluster_.Deliver();
  EXPECT_FALSE(worker().acks.back().has_restore());
  EXPECT_FALSE(worker().acks.back().refused());
}

// The coordinator died between the rename of the directory and the report of it.
TEST_F(ControllerCheckpointsTest, AdoptsAVerifiedCheckpointThatWasNeverReported) {
  WriteCheckpoint({1, 30});
  WriteCheckpoint({9, 30});
  cluster_.Restart();
  cluster_.Deliver();
  ASSERT_OK_AND_ASSIGN(const auto records, cluster_.controller->ListCheckpoints("cats"));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].name(), "step-000000030-g1");
  EXPECT_EQ(records[0].bytes(), 7u);
}

// A directory renamed by hand: its files verify, but the state in them is of another step.
TEST_F(ControllerCheckpointsTest, DoesNotAdoptACheckpointWhoseManifestHasAnotherTag) {
  WriteCheckpoint({1, 20});
  const std::string checkpoints = cluster_.directory.File("jobs/cats/checkpoints/");
  ASSERT_THAT(LocalFileSystem().Rename(checkpoints + "step-000000020-g1", checkpoints + "step-000000040-g1"), IsOk());
  WriteCheckpoint({1, 30});
  cluster_.Restart();
  cluster_.Deliver();
  ASSERT_OK_AND_ASSIGN(const auto records, cluster_.controller->ListCheckpoints("cats"));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].name(), "step-000000030-g1");
}

TEST_F(ControllerCheckpointsTest, ReplacesARepeatedEvaluation) {
  ReportScore(20, 0.4);
  ReportScore(20, 0.6);
  cluster_.Restart();
  const v1::Job job = cluster_.Get("cats");
  ASSERT_EQ(job.evaluations_size(), 1);
  EXPECT_EQ(job.evaluations(0).map3(), 0.6);
}

}  // namespace
}  // namespace doodle
