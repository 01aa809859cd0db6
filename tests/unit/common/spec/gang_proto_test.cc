#include "common/spec/gang_proto.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(GangProto, TagsAndHistoriesComeBackEqual) {
  const StateTag tag = {7, 1234567890123};
  EXPECT_EQ(FromProto(ToProto(tag)), tag);
  const History history = {{0, 0}, {3, 10}, {9, 20}};
  EXPECT_EQ(FromProto(ToProto(history)), history);
  EXPECT_EQ(FromProto(ToProto(History{})), History{});
}

TEST(GangProto, APlanComesBackEqual) {
  const PlanSpec plan = {18446744073709551615u, 2, 50'000'000, 3, 1024, 256, "dataset", "view"};
  EXPECT_EQ(FromProto(ToProto(plan)), plan);
}

// A field added to the message must be converted: one that stays empty for a full value was forgotten.
TEST(GangProto, EveryFieldOfAPlanIsConverted) {
  const v1::PlanSpec message = ToProto(PlanSpec{5, 2, 7, 3, 4, 6, "dataset", "view"});
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  EXPECT_EQ(static_cast<int>(fields.size()), message.GetDescriptor()->field_count());
}

TEST(GangProto, StagesAndRestoreSourcesCarryEverything) {
  const v1::StageAssignment stage = StageAssignmentProto(PlanSpec{1, 0, 9, 1, 1, 1, "", ""}, "digest", 100, 50);
  EXPECT_EQ(stage.plan().samples(), 9u);
  EXPECT_EQ(stage.plan_digest(), "digest");
  EXPECT_EQ(stage.first_step(), 100u);
  EXPECT_EQ(stage.steps(), 50u);
  const v1::RestoreSource source = RestoreSourceProto("step-000000005-g2", {2, 5});
  EXPECT_EQ(source.checkpoint(), "step-000000005-g2");
  EXPECT_EQ(FromProto(source.tag()), (StateTag{2, 5}));
}

}  // namespace
}  // namespace doodle
