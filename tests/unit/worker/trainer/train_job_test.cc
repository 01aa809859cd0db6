#include <fstream>
#include <set>

#include "common/audit/sample_audit.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/shard/key_order.h"
#include "tests/unit/worker/trainer/train_job_fixture.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using TrainJobTest = TrainJobFixture;

TEST_F(TrainJobTest, TwoRanksLearnTheTwoClassesAndEndEqual) {
  for (uint32_t rank = 0; rank < 2; ++rank) AddTrainer().assignments = {Assignment(1, rank, 2)};
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  const FakeTrainerLink& first = *links_[0];
  const FakeTrainerLink& second = *links_[1];
  EXPECT_THAT(first.failures, IsEmpty());
  ASSERT_EQ(first.finished.size(), 1u);
  ASSERT_EQ(second.finished.size(), 1u);
  const uint64_t steps = 600 * 2 / 64;
  EXPECT_EQ(first.finished[0].next_step, steps);
  EXPECT_EQ(first.finished[0].samples + second.finished[0].samples, 1200u);
  EXPECT_EQ(first.finished[0].digest, second.finished[0].digest);
  EXPECT_FALSE(first.finished[0].digest.parameters.empty());
  // Two epochs: an evaluation and a checkpoint at the end of each, by rank 0 alone.
  ASSERT_EQ(first.evaluations.size(), 2u);
  EXPECT_EQ(first.evaluations[0].step, 10u);
  EXPECT_EQ(first.evaluations[1].drawings, 60u);
  EXPECT_GT(first.evaluations[1].top1, 0.95);
  EXPECT_THAT(second.evaluations, IsEmpty());
  ASSERT_EQ(first.checkpoints.size(), 2u);
  EXPECT_EQ(first.checkpoints[1].tag, (StateTag{1, steps}));
  const auto manifest =
      VerifyCheckpoint(LocalFileSystem(), JobDirectory() + "/checkpoints/" + first.checkpoints[1].name);
  ASSERT_THAT(manifest, IsOk());
  EXPECT_EQ(manifest->parameters_digest, first.finished[0].digest.parameters);
  ASSERT_FALSE(first.progress.empty());
  EXPECT_EQ(first.progress.back().next_step, steps);
  EXPECT_EQ(first.progress.back().epoch, 2.0);
}

// Each rank its own lanes, keys from the records; together they are every epoch of the view.
TEST_F(TrainJobTest, AnAuditedJobWritesDownEverySample) {
  spec_.audit = true;
  for (uint32_t rank = 0; rank < 2; ++rank) AddTrainer().assignments = {Assignment(1, rank, 2)};
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  const auto dataset = DatasetReader::Open(LocalFileSystem(), DatasetDirectory());
  const View view = *OpenView(spec_.stages[0].view, **dataset);
  const TrainerAssignment assignment = Assignment(1, 0, 2);
  AuditStage stage{*StagePlan::Create(assignment.stages[0].plan, view.ShardSizes()), 0, {}};
  for (const View::Shard& shard : view.shards()) {
    stage.keys.emplace_back();
    for (const uint32_t position : shard.positions) {
      stage.keys.back().push_back(KeyOfHash((*dataset)->shard(shard.shard).rows()[position].key_hash));
    }
  }
  const auto report = AuditSamples(LocalFileSystem(), JobDirectory() + "/audit", {{0, 0}, {1, 0}}, 18, {stage});
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->ok());
  EXPECT_THAT(report->problems, IsEmpty());
  EXPECT_EQ(report->samples, 1200u);
  EXPECT_EQ(report->epochs, 2u);
}

TEST_F(TrainJobTest, EveryTrainerMetricWithoutAGpuIsReported) {
  AddTrainer().assignments = {Assignment(1, 0, 1)};
  RunAll();
  std::set<std::string> names;
  for (const MetricReport& report : links_[0]->metrics) names.insert(report.name);
  for (const char* name :
       {"doodle_train_step_duration_seconds", "doodle_train_samples_total", "doodle_rank_step_duration_seconds",
        "doodle_checkpoint_duration_seconds", "doodle_collective_bytes_total", "doodle_render_threads_busy_ratio",
        "doodle_dataset_read_bytes_total", "doodle_train_loss", "doodle_train_learning_rate", "doodle_eval_map3",
        "doodle_eval_accuracy_ratio", "doodle_checkpoint_bytes", "doodle_checkpoint_last_success_timestamp_seconds"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

// From the checkpoint in the middle another trainer ends with the bits of the run that wrote it: a checkpoint is the
// whole state.
TEST_F(TrainJobTest, AJobResumedFromItsCheckpointEndsAsIfUninterrupted) {
  FakeTrainerLink& straight = AddTrainer();
  straight.assignments = {Assignment(1, 0, 1)};
  RunAll();
  const StateDigest expected = straight.finished.at(0).digest;
  const std::string last = straight.checkpoints.at(0).name;
  const EvaluationReport evaluated = straight.evaluations.at(0);
  ASSERT_EQ(last, CheckpointName({1, 10}));
  links_.clear();
  FakeTrainerLink& resumed = AddTrainer();
  TrainerAssignment assignment = Assignment(2, 0, 1, {{0, 0}, {1, 0}});
  assignment.gang.restore = RestoreSource{last, {1, 10}};
  resumed.assignments = {assignment};
  RunAll();
  ASSERT_EQ(resumed.formed.size(), 1u);
  EXPECT_EQ(resumed.formed[0].restored_from, "checkpoint:" + last);
  EXPECT_EQ(resumed.formed[0].start_step, 10u);
  EXPECT_EQ(resumed.finished.at(0).digest, expected);
  // The first epoch's is part of the state, and said again in case it was never heard.
  ASSERT_EQ(resumed.evaluations.size(), 2u);
  EXPECT_EQ(resumed.evaluations[0].map3, evaluated.map3);
  EXPECT_EQ(resumed.evaluations[1].step, 18u);
}

TEST_F(TrainJobTest, AFreshRankAdoptsWhatTheLeaderRestored) {
  AddTrainer().assignments = {Assignment(1, 0, 1)};
  RunAll();
  links_.clear();
  for (uint32_t rank = 0; rank < 2; ++rank) {
    TrainerAssignment assignment = Assignment(2, rank, 2, {{0, 0}, {1, 0}});
    assignment.gang.restore = RestoreSource{CheckpointName({1, 10}), {1, 10}};
    AddTrainer().assignments = {assignment};
  }
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  EXPECT_EQ(links_[0]->formed.at(0).start_step, 10u);
  EXPECT_EQ(links_[0]->finished.at(0).digest, links_[1]->finished.at(0).digest);
  EXPECT_EQ(links_[1]->finished[0].next_step, 18u);
}

// Rank 1 hears of generation 2 in mid-run and drops its group; rank 0 learns it from its broken all-reduce. Both keep
// their weights and go on from the step that both had committed.
TEST_F(TrainJobTest, SurvivorsGoOnWithTheWeightsInMemory) {
  spec_.stages[0].epochs = 8;
  for (uint32_t rank = 0; rank < 2; ++rank) {
    AddTrainer().assignments = {Assignment(1, rank, 2), Assignment(2, rank, 2, {{0, 0}, {1, 0}})};
  }
  links_[1]->supersede_after_reports = 1;
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  ASSERT_EQ(links_[0]->formed.size() + links_[1]->formed.size(), 2u);
  const FormedReport& second = links_[0]->formed.size() == 2 ? links_[0]->formed[1] : links_[1]->formed.at(0);
  EXPECT_EQ(second.restored_from, "survivor");
  EXPECT_GT(second.start_step, 0u);
  EXPECT_EQ(links_[0]->finished.at(0).digest, links_[1]->finished.at(0).digest);
  EXPECT_EQ(links_[0]->finished[0].next_step, 600u * 8 / 64);
  EXPECT_THAT(links_[1]->failures, IsEmpty());
  for (const auto& [status, permanent] : links_[0]->failures) EXPECT_FALSE(permanent) << status;
}

TEST_F(TrainJobTest, ADamagedCheckpointIsRefusedByName) {
  FakeTrainerLink& first = AddTrainer();
  first.assignments = {Assignment(1, 0, 1)};
  RunAll();
  const std::string name = first.checkpoints.back().name;
  {
    std::fstream file(JobDirectory() + "/checkpoints/" + name + "/model.safetensors",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.write("damage", 6);
  }
  links_.clear();
  FakeTrainerLink& second = AddTrainer();
  TrainerAssignment assignment = Assignment(2, 0, 1, {{0, 0}, {1, 0}});
  assignment.gang.restore = RestoreSource{name, {1, 18}};
  second.assignments = {assignment};
  RunAll();
  ASSERT_EQ(second.refused.size(), 1u);
  EXPECT_THAT(second.refused[0], HasSubstr("model.safetensors"));
  EXPECT_EQ(second.formed.at(0).restored_from, "seed");
}

TEST_F(TrainJobTest, APlanThatIsNotTheCoordinatorsFailsTheJob) {
  TrainerAssignment assignment = Assignment(1, 0, 1);
  assignment.stages[0].plan_digest = "another";
  AddTrainer().assignments = {assignment};
  RunAll();
  ASSERT_EQ(links_[0]->failures.size(), 1u);
  EXPECT_THAT(links_[0]->failures[0].first, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stages[0]")));
  EXPECT_TRUE(links_[0]->failures[0].second);
  EXPECT_THAT(links_[0]->formed, IsEmpty());
}

TEST_F(TrainJobTest, AskingForNcclWithoutAGpuFailsTheJobInOneLine) {
  spec_.backend = CollectiveBackend::kNccl;
  AddTrainer().assignments = {Assignment(1, 0, 1)};
  RunAll();
  ASSERT_EQ(links_[0]->failures.size(), 1u);
  EXPECT_THAT(links_[0]->failures[0].first,
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("backend nccl: no GPU found")));
  EXPECT_TRUE(links_[0]->failures[0].second);
}

TEST_F(TrainJobTest, ADrainedGangWritesACheckpointAndLeaves) {
  spec_.stages[0].epochs = 50;
  FakeTrainerLink& link = AddTrainer();
  link.assignments = {Assignment(1, 0, 1)};
  link.leave_after_reports = 1;
  EXPECT_THAT(RunAll()[0], IsOk());
  EXPECT_THAT(link.finished, IsEmpty());
  EXPECT_THAT(link.failures, IsEmpty());
  ASSERT_FALSE(link.checkpoints.empty());
  EXPECT_EQ(link.checkpoints.back().tag.next_step, link.progress.back().next_step);
}

// Parameters carry over; the second stage names its optimizer and starts it afresh, at another size.
TEST_F(TrainJobTest, AStageBoundaryNeedsNoNewGeneration) {
  spec_.stages.push_back(spec_.stages[0]);
  spec_.stages[1].raster.size = 24;
  spec_.stages[1].optimizer.kind = OptimizerKind::kSgd;
  spec_.stages[1].fresh_optimizer = true;
  spec_.stages[1].epochs = 1;
  for (uint32_t rank = 0; rank < 2; ++rank) AddTrainer().assignments = {Assignment(1, rank, 2)};
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  ASSERT_EQ(links_[0]->finished.size(), 1u);
  EXPECT_EQ(links_[0]->finished[0].next_step, 18u + 9u);
  EXPECT_EQ(links_[0]->finished[0].digest, links_[1]->finished.at(0).digest);
  EXPECT_EQ(links_[0]->formed.size(), 1u);
  EXPECT_EQ(links_[0]->evaluations.size(), 3u);
  EXPECT_GT(links_[0]->evaluations.back().top1, 0.95);
}

}  // namespace
}  // namespace doodle
