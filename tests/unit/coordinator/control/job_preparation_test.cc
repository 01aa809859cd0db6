#include "coordinator/control/job_preparation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "common/ids/hash64.h"
#include "common/shard/dataset_writer.h"
#include "common/status/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kTrain = 200;

// A dataset of two classes with 40 drawings in valid and 200 in train.
class JobPreparationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<Drawing> drawings;
    for (uint64_t key = 1; key <= 40 + kTrain; ++key) {
      Drawing drawing;
      drawing.key_id = key;
      drawing.word = key % 2 == 0 ? "cat" : "dog";
      drawing.stroke_lengths = {2};
      drawing.x = {0, 255};
      drawing.y = {0, 255};
      drawings.push_back(drawing);
    }
    std::sort(drawings.begin(), drawings.end(),
              [](const Drawing& a, const Drawing& b) { return Mix64(a.key_id) < Mix64(b.key_id); });
    ASSERT_OK_AND_ASSIGN(auto writer, DatasetWriter::Create(LocalFileSystem(), dataset_, {.classes = {"cat", "dog"}}));
    for (size_t i = 0; i < drawings.size(); ++i) {
      if (i == 0) {
        ASSERT_THAT(writer->BeginSplit("valid"), IsOk());
      }
      if (i == 40) {
        ASSERT_THAT(writer->BeginSplit("train"), IsOk());
      }
      ASSERT_THAT(writer->Append(drawings[i]), IsOk());
    }
    ASSERT_THAT(writer->Finish(), IsOk());
    spec_.set_name("cats");
    spec_.set_dataset("file://" + dataset_);
    spec_.mutable_model()->set_name("resnet18");
    v1::StageSpec* stage = spec_.add_stages();
    stage->set_epochs(2);
    stage->set_global_batch(32);
    stage->mutable_schedule()->set_kind("one_cycle");
    stage->mutable_schedule()->set_max_lr(0.01);
  }

  // The status of preparing `spec_`.
  absl::Status Status() { return PrepareJob(LocalFileSystem(), spec_).status(); }

  TemporaryDirectory directory_;
  const std::string dataset_ = directory_.File("dataset");
  v1::JobSpec spec_;
};

TEST_F(JobPreparationTest, ResolvesStagesWithPlanAndSteps) {
  ASSERT_OK_AND_ASSIGN(const PreparedJob job, PrepareJob(LocalFileSystem(), spec_));
  EXPECT_EQ(job.dataset_directory, dataset_);
  EXPECT_EQ(job.definition.total_steps(), 12u);  // floor(2 * 200 / 32)
  EXPECT_EQ(job.definition.total_epochs(), 2u);
  ASSERT_EQ(job.definition.stages_size(), 1);
  EXPECT_EQ(job.definition.stages(0).plan().samples(), kTrain);
  EXPECT_EQ(job.definition.stages(0).plan_digest().size(), 64u);
  EXPECT_EQ(job.definition.spec().checkpoint().metric(), "map3") << "defaults are written out";
}

TEST_F(JobPreparationTest, NamesTheFieldOfABadSpecification) {
  spec_.mutable_data()->set_split("nowhere");
  EXPECT_THAT(Status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(Status()), "stages[0].data");
  spec_.clear_data();
  spec_.mutable_evaluate()->set_split("test");
  EXPECT_THAT(Status(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("valid")));
  EXPECT_EQ(FieldOf(Status()), "evaluate.split");
  spec_.clear_evaluate();
  spec_.mutable_stages(0)->set_global_batch(1000);
  EXPECT_THAT(Status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FieldOf(Status()), HasSubstr("stages[0]"));
}

TEST_F(JobPreparationTest, RefusesADatasetThatIsNotThereOrNotAbsolute) {
  spec_.set_dataset("quickdraw");
  EXPECT_EQ(FieldOf(Status()), "dataset");
  spec_.set_dataset("s3://bucket/quickdraw");  // No local file system has it.
  EXPECT_THAT(Status(), StatusIs(absl::StatusCode::kNotFound, HasSubstr("s3://bucket/quickdraw")));
  spec_.set_dataset("file:///nowhere/at/all");
  EXPECT_THAT(Status(), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/at/all")));
}

// Every drawing of the split once in each epoch, as positions of the dataset.
TEST_F(JobPreparationTest, ListsTheStepsOfThePlan) {
  ASSERT_OK_AND_ASSIGN(const PreparedJob job, PrepareJob(LocalFileSystem(), spec_));
  ASSERT_OK_AND_ASSIGN(const auto plan, ReadEpochPlan(LocalFileSystem(), job.definition, dataset_, 0, 100));
  ASSERT_EQ(plan.steps_size(), 12);
  std::multiset<std::pair<uint32_t, uint32_t>> uses;
  for (const v1::PlannedStep& step : plan.steps()) {
    for (const v1::PlannedSample& sample : step.samples()) uses.insert({sample.shard(), sample.position()});
  }
  EXPECT_EQ(uses.size(), 2 * kTrain);
  for (const auto& use : uses) EXPECT_EQ(uses.count(use), 2u);
  ASSERT_OK_AND_ASSIGN(const auto part, ReadEpochPlan(LocalFileSystem(), job.definition, dataset_, 3, 2));
  ASSERT_EQ(part.steps_size(), 2);
  EXPECT_EQ(part.steps(0).SerializeAsString(), plan.steps(3).SerializeAsString());
}

// The limit is on drawings, for steps alone say nothing about the size of an answer.
TEST_F(JobPreparationTest, RefusesAPlanOfMoreDrawingsThanAnAnswerHolds) {
  ASSERT_OK_AND_ASSIGN(const PreparedJob job, PrepareJob(LocalFileSystem(), spec_));
  EXPECT_THAT(ReadEpochPlan(LocalFileSystem(), job.definition, dataset_, 0, 2, 2 * 32), IsOk());
  EXPECT_THAT(ReadEpochPlan(LocalFileSystem(), job.definition, dataset_, 0, 3, 2 * 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("steps")));
  // The last step takes the remainder, so all the drawings are more than the steps times the batch.
  EXPECT_THAT(ReadEpochPlan(LocalFileSystem(), job.definition, dataset_, 0, 12, 2 * kTrain), IsOk());
  EXPECT_THAT(ReadEpochPlan(LocalFileSystem(), job.definition, dataset_, 0, 12, 2 * kTrain - 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("steps")));
}

}  // namespace
}  // namespace doodle
