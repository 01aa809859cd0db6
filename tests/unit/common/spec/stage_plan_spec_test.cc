#include "common/spec/stage_plan_spec.h"

#include <vector>

#include "common/plan/stage_plan.h"
#include "common/spec/job_spec_proto.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/spec/spec_testing.h"

namespace doodle {
namespace {

// A view of 90 drawings in one shard.
absl::StatusOr<View> SmallView() {
  DatasetManifest manifest;
  manifest.digest = "dataset";
  manifest.classes = {"cat"};
  manifest.splits = {{"train", 0, 1, 90}};
  manifest.shards.push_back({.file = "", .bytes = 0, .sha256 = "", .drawings = 90, .per_class = {}});
  std::vector<ShardRow> rows;
  for (uint64_t i = 0; i < 90; ++i) rows.push_back({i, 0, static_cast<uint8_t>(Drawing::Recognized::kTrue)});
  return View::Create({}, manifest, {{0, &rows}});
}

TEST(StagePlanSpec, TakesEachFieldFromWhereItIsDecided) {
  ASSERT_OK_AND_ASSIGN(const View view, SmallView());
  JobSpec job = FromProto(SmallestJob()).value();
  job.seed = 11;
  ResolvedStage resolved;
  resolved.epochs = 3;
  resolved.global_batch = 20;
  resolved.lanes = 10;
  const PlanSpec plan = StagePlanSpec(job, 2, resolved, view, "dataset");
  EXPECT_EQ(plan.seed, 11u);
  EXPECT_EQ(plan.stage, 2u);
  EXPECT_EQ(plan.samples, 90u);
  EXPECT_EQ(plan.epochs, 3u);
  EXPECT_EQ(plan.global_batch, 20u);
  EXPECT_EQ(plan.lanes, 10u);
  EXPECT_EQ(plan.dataset_digest, "dataset");
  EXPECT_EQ(plan.view_digest, view.digest());
  EXPECT_THAT(StagePlan::Create(plan, view.ShardSizes()), IsOk());
}

}  // namespace
}  // namespace doodle
