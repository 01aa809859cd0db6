#include "worker/link/assignment_conversion.h"

#include <functional>

#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/worker/link/sample_assignment.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

// The trainer gets all it needs as plain values.
TEST(AssignmentConversionTest, AnAssignmentArrivesWhole) {
  v1::Assignment message = SampleAssignment(3);
  message.mutable_restore()->set_checkpoint("step-000000005-g2");
  message.mutable_restore()->mutable_tag()->set_generation(2);
  message.mutable_restore()->mutable_tag()->set_next_step(5);
  ASSERT_OK_AND_ASSIGN(const TrainerAssignment assignment, FromProto(message));
  EXPECT_EQ(assignment.gang.job, "cats");
  EXPECT_EQ(assignment.gang.generation, 3);
  EXPECT_EQ(assignment.gang.rank, 1);
  EXPECT_THAT(assignment.gang.weights, ElementsAre(1, 1));
  EXPECT_THAT(assignment.gang.history, ElementsAre(HistorySegment{0, 0}));
  EXPECT_EQ(assignment.gang.restore, (RestoreSource{"step-000000005-g2", {2, 5}}));
  EXPECT_EQ(assignment.gang.total_steps, 10);
  EXPECT_EQ(assignment.gang.rendezvous_prefix, "cats/3");
  ASSERT_EQ(assignment.stages.size(), 1);
  EXPECT_EQ(assignment.stages[0].plan.samples, 640);
  EXPECT_EQ(assignment.stages[0].plan_digest, "digest");
  EXPECT_EQ(assignment.spec.model, "resnet18");
  EXPECT_EQ(assignment.job_directory, "/jobs/cats");
}

// A message that contradicts itself never reaches training, and its field is named.
TEST(AssignmentConversionTest, AContradictionIsRefusedByField) {
  const std::vector<std::pair<std::string, std::function<void(v1::Assignment&)>>> cases = {
      {"rank", [](v1::Assignment& m) { m.set_rank(2); }},
      {"world_size", [](v1::Assignment& m) { m.set_world_size(0); }},
      {"weights", [](v1::Assignment& m) { m.add_weights(1); }},
      {"weights", [](v1::Assignment& m) { m.set_weights(0, 0); }},
      {"history", [](v1::Assignment& m) { m.clear_history(); }},
      {"stages", [](v1::Assignment& m) { m.clear_stages(); }},
      {"stages", [](v1::Assignment& m) { m.mutable_stages(0)->set_first_step(1); }},
      {"job", [](v1::Assignment& m) { m.set_job("../x"); }},
      {"restore.checkpoint", [](v1::Assignment& m) { m.mutable_restore()->set_checkpoint("../other"); }},
  };
  for (const auto& [field, change] : cases) {
    v1::Assignment message = SampleAssignment();
    change(message);
    const auto result = FromProto(message);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument)) << field;
    EXPECT_EQ(FieldOf(result.status()), field) << result.status();
  }
}

}  // namespace
}  // namespace doodle
