#include "common/spec/stage_resolution.h"

#include <string>
#include <vector>

#include "common/spec/job_spec_proto.h"
#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/spec/spec_testing.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

JobSpec Job(int64_t epochs, int64_t global_batch, int max_ranks) {
  JobSpec job = FromProto(SmallestJob()).value();
  job.max_ranks = max_ranks;
  job.stages[0].epochs = epochs;
  job.stages[0].global_batch = global_batch;
  return job;
}

absl::StatusOr<std::vector<ResolvedStage>> Resolve(const JobSpec& job, std::vector<uint64_t> sizes) {
  return ResolveStages(job, sizes);
}

TEST(ResolveStages, CountsStepsAndLanes) {
  ASSERT_OK_AND_ASSIGN(const auto stages, Resolve(Job(8, 64, 2), {3250}));
  EXPECT_EQ(stages[0].first_step, 0u);
  EXPECT_EQ(stages[0].steps, 8u * 3250 / 64);
  EXPECT_EQ(stages[0].samples, 3250u);
  EXPECT_EQ(stages[0].lanes, 64u);
  EXPECT_EQ(stages[0].micro_batch, 32u) << "auto: half of the batch, two ranks at full size";
  EXPECT_EQ(TotalSteps(stages), stages[0].steps);
}

TEST(ResolveStages, AStageBeginsWhereTheOneBeforeEnds) {
  JobSpec job = Job(1, 64, 1);
  job.stages.push_back(job.stages[0]);
  ASSERT_OK_AND_ASSIGN(const auto stages, Resolve(job, {640, 1280}));
  EXPECT_EQ(stages[1].first_step, 10u);
  EXPECT_EQ(stages[1].steps, 20u);
  EXPECT_EQ(TotalSteps(stages), 30u);
}

TEST(ResolveStages, AGivenMicroBatchIsKept) {
  JobSpec job = Job(1, 64, 1);
  job.stages[0].micro_batch = 5;
  ASSERT_OK_AND_ASSIGN(const auto stages, Resolve(job, {640}));
  EXPECT_EQ(stages[0].micro_batch, 5u);
}

TEST(ResolveStages, LengthsBecomeSteps) {
  JobSpec job = Job(2, 64, 1);
  StageSpec& stage = job.stages[0];
  stage.schedule.kind = ScheduleKind::kClr;
  stage.warmup = {Trigger::Unit::kShare, 0.1};
  stage.step_size_up = {Trigger::Unit::kEpochs, 0.5};
  ASSERT_OK_AND_ASSIGN(const auto up_only, Resolve(job, {640}));
  EXPECT_EQ(up_only[0].schedule.warmup_steps, 2);
  EXPECT_EQ(up_only[0].schedule.step_size_up, 5);
  EXPECT_EQ(up_only[0].schedule.step_size_down, 5) << "as long as up, unless given";
  stage.step_size_down = {Trigger::Unit::kSteps, 3};
  ASSERT_OK_AND_ASSIGN(const auto both, Resolve(job, {640}));
  EXPECT_EQ(both[0].schedule.step_size_down, 3);
}

void ExpectRefused(const JobSpec& job, uint64_t size, const std::string& field, const std::string& message) {
  const absl::Status status = Resolve(job, {size}).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, message));
  EXPECT_EQ(FieldOf(status), field);
}

TEST(ResolveStages, RefusesABatchThatIsNeverFull) {
  ExpectRefused(Job(2, 64, 1), 31, "stages[0].global_batch",
                "stages[0].global_batch: is 64, but 2 epochs of 31 drawings do not fill one batch");
  EXPECT_THAT(Resolve(Job(2, 64, 1), {32}), IsOk());
}

TEST(ResolveStages, RefusesAnEmptyView) {
  ExpectRefused(Job(1, 64, 1), 0, "stages[0].data", "stages[0].data: no drawing of the dataset matches");
}

TEST(ResolveStages, RefusesMoreSlotsThanCanBeCounted) {
  ExpectRefused(Job(1000000, 64, 1), uint64_t{1} << 62, "stages[0].epochs", "stages[0].epochs: is too large");
}

TEST(ResolveStages, RefusesMoreRanksThanTheLanesFeed) {
  const absl::Status status = Resolve(Job(1, 4, 4), {640}).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("stages[0].global_batch: ")));
  EXPECT_EQ(FieldOf(status), "stages[0].global_batch");
}

TEST(ResolveStages, RefusesAWarmUpAsLongAsTheStage) {
  JobSpec job = Job(1, 64, 1);
  job.stages[0].warmup = {Trigger::Unit::kEpochs, 1};
  ExpectRefused(job, 640, "stages[0].schedule.warmup",
                "stages[0].schedule.warmup: 1ep is 10 steps, but the whole stage has 10");
}

TEST(ResolveStages, RefusesASizeListOfAnotherLength) {
  EXPECT_THAT(Resolve(Job(1, 64, 1), {1, 2}), StatusIs(absl::StatusCode::kInternal, HasSubstr("1 stages")));
}

}  // namespace
}  // namespace doodle
