#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/checkpoint/checkpoint_manifest.h"
#include "common/io/checksum.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

// What a trainer reports against what its directory holds.
class ControllerCheckpointReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.AddWorker("w1", 1);
    ASSERT_THAT(cluster_.Create("cats", 1, 1), IsOk());
    cluster_.Form("cats", 0, "seed");
    manifest_.job = "cats";
    manifest_.tag = {1, 20};
    manifest_.files.push_back({"model.safetensors", 7, Sha256Hex("weights")});
  }

  // The report of step 20 of generation 1.
  v1::TrainerReport Report() {
    v1::TrainerReport report = cluster_.workers["w1"]->Report(0);
    v1::CheckpointWritten* written = report.mutable_checkpoint();
    written->set_name("step-000000020-g1");
    written->mutable_tag()->set_generation(1);
    written->mutable_tag()->set_next_step(20);
    written->set_bytes(7);
    written->set_manifest_sha256(Sha256Hex(SerializeCheckpointManifest(manifest_)));
    return report;
  }

  // Writes `manifest_` as that checkpoint.
  void WriteFiles() {
    const std::string path = cluster_.directory.File("jobs/cats/checkpoints/step-000000020-g1");
    FileSystem& files = LocalFileSystem();
    EXPECT_TRUE(files.MakeDirectories(path).ok());
    EXPECT_TRUE(WriteFileAtomically(files, path + "/model.safetensors", "weights").ok());
    EXPECT_TRUE(WriteFileAtomically(files, path + "/manifest.json", SerializeCheckpointManifest(manifest_)).ok());
  }

  // Writes it and sends the report: whether it is accepted.
  bool Accepts(const v1::TrainerReport& report) {
    WriteFiles();
    FakeWorker& worker = *cluster_.workers["w1"];
    worker.Send(*cluster_.controller, report);
    cluster_.Deliver();
    const bool registered = cluster_.controller->GetCheckpoint("cats", "step-000000020-g1").ok();
    EXPECT_EQ(worker.acks.back().refused(), !registered);
    return registered;
  }

  FakeCluster cluster_;
  CheckpointManifest manifest_;
};

TEST_F(ControllerCheckpointReportTest, AcceptsWhatIsAsReported) {
  EXPECT_TRUE(Accepts(Report()));
  EXPECT_EQ(cluster_.controller->GetCheckpoint("cats", "latest")->checkpoint().bytes(), 7u);
}

TEST_F(ControllerCheckpointReportTest, TakesTheSizeFromTheManifestOfAReportWithoutOne) {
  v1::TrainerReport report = Report();
  report.mutable_checkpoint()->clear_bytes();
  report.mutable_checkpoint()->clear_manifest_sha256();
  EXPECT_TRUE(Accepts(report));
  EXPECT_EQ(cluster_.controller->GetCheckpoint("cats", "latest")->checkpoint().bytes(), 7u);
}

TEST_F(ControllerCheckpointReportTest, RefusesTheCheckpointOfAnotherJob) {
  manifest_.job = "dogs";
  EXPECT_FALSE(Accepts(Report()));
}

TEST_F(ControllerCheckpointReportTest, RefusesTheCheckpointOfAnotherStep) {
  manifest_.tag = {1, 10};
  EXPECT_FALSE(Accepts(Report()));
}

TEST_F(ControllerCheckpointReportTest, RefusesAnotherSize) {
  v1::TrainerReport report = Report();
  report.mutable_checkpoint()->set_bytes(8);
  EXPECT_FALSE(Accepts(report));
}

TEST_F(ControllerCheckpointReportTest, RefusesAnotherManifest) {
  const v1::TrainerReport report = Report();
  manifest_.parameters_digest = "of other weights";
  EXPECT_FALSE(Accepts(report));
}

// The first reading was dropped: the trainer's next try is read, not taken for one under way.
TEST_F(ControllerCheckpointReportTest, ReadsAgainWhenTheFirstReadingWasDropped) {
  cluster_.workers["w1"]->Send(*cluster_.controller, Report());
  cluster_.executor.DropAll();
  EXPECT_TRUE(Accepts(Report()));
}

// The trainer waits for the answer before it leaves; nobody says the report again.
TEST_F(ControllerCheckpointReportTest, ReadsByItselfWhatWasDropped) {
  EXPECT_TRUE(cluster_.workers["w1"]->acks.empty() || !cluster_.workers["w1"]->acks.back().refused());
  const size_t before = cluster_.workers["w1"]->acks.size();
  WriteFiles();
  cluster_.workers["w1"]->Send(*cluster_.controller, Report());
  cluster_.executor.DropAll();
  cluster_.Advance(absl::Seconds(1));
  EXPECT_EQ(cluster_.workers["w1"]->acks.size(), before);
  cluster_.Advance(absl::Seconds(3));
  ASSERT_EQ(cluster_.workers["w1"]->acks.size(), before + 1);
  EXPECT_FALSE(cluster_.workers["w1"]->acks.back().refused());
  EXPECT_THAT(cluster_.controller->GetCheckpoint("cats", "step-000000020-g1"), IsOk());
}

// The writer was killed between the rename and the report: the next generation goes on from its checkpoint.
TEST_F(ControllerCheckpointReportTest, AGenerationWithoutSurvivorsRestoresWhatNobodyReported) {
  WriteFiles();
  cluster_.workers["w1"]->Kill(*cluster_.controller, 0);
  cluster_.Advance(absl::Milliseconds(100));
  const v1::Assignment& next = cluster_.workers["w1"]->trainers.at(0);
  ASSERT_EQ(next.generation(), 2u);
  EXPECT_EQ(next.restore().checkpoint(), "step-000000020-g1");
}

// The same, and the executor has no room at that moment: the gang waits for the reading, not for ever.
TEST_F(ControllerCheckpointReportTest, AnAdoptionThatWasDroppedIsAskedForAgain) {
  WriteFiles();
  cluster_.workers["w1"]->Kill(*cluster_.controller, 0);
  cluster_.clock.Advance(absl::Milliseconds(100));
  cluster_.controller->Tick();
  cluster_.executor.DropAll();
  cluster_.Deliver();
  EXPECT_THAT(cluster_.workers["w1"]->trainers, ::testing::IsEmpty());
  cluster_.Advance(absl::Seconds(4));
  ASSERT_THAT(cluster_.workers["w1"]->trainers, ::testing::SizeIs(1));
  EXPECT_EQ(cluster_.workers["w1"]->trainers.at(0).restore().checkpoint(), "step-000000020-g1");
}

}  // namespace
}  // namespace doodle
