#include "cli/model_reference.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(ModelReferenceTest, CheckpointOfAJob) {
  EXPECT_EQ(ParseCheckpointReference("job:quick@best", false), (CheckpointReference{"quick", "best"}));
  EXPECT_EQ(ParseCheckpointReference("job:quick@step-000000406-g1", true),
            (CheckpointReference{"quick", "step-000000406-g1"}));
}

TEST(ModelReferenceTest, WithoutPrefixOnlyWhereACheckpointIsMeant) {
  EXPECT_EQ(ParseCheckpointReference("quick@best", true), (CheckpointReference{"quick", "best"}));
  EXPECT_EQ(ParseCheckpointReference("quick@best", false), std::nullopt);
}

TEST(ModelReferenceTest, PathsAndHalfReferencesAreNone) {
  for (const char* text : {"quick.pth", "runs/a@b", "job:quick", "job:@best", "job:quick@", "@"}) {
    EXPECT_EQ(ParseCheckpointReference(text, true), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace doodle
