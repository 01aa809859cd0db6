#include "common/status/status.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return absl::DataLossError("odd");
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  DOODLE_ASSIGN_OR_RETURN(const int half, Half(value), "first half");
  DOODLE_ASSIGN_OR_RETURN(const int quarter, Half(half), "second half");
  return quarter;
}

// Context grows outward and the code stays.
TEST(StatusTest, EachLayerPrependsItsClauseAndKeepsTheCode) {
  EXPECT_THAT(Quarter(6), StatusIs(absl::StatusCode::kDataLoss, "second half: odd"));
  EXPECT_THAT(Annotate(Quarter(3).status(), "job j7"),
              StatusIs(absl::StatusCode::kDataLoss, "job j7: first half: odd"));
  EXPECT_EQ(*Quarter(8), 2);
}

TEST(StatusTest, AnnotatingSuccessIsSuccess) { EXPECT_THAT(Annotate(absl::OkStatus(), "anything"), IsOk()); }

// The field survives the layers above it, so that an RPC can name it.
TEST(StatusTest, TheFieldOfAnInvalidFieldSurvivesAnnotation) {
  const absl::Status status = Annotate(InvalidField("stages[0].epochs", "must be at least 1"), "quick.yaml");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, "quick.yaml: stages[0].epochs: must be at least 1"));
  EXPECT_EQ(FieldOf(status), "stages[0].epochs");
  EXPECT_EQ(FieldOf(absl::InternalError("x")), "");
}

TEST(StatusTest, AnUnsupportedFieldIsUnimplementedAndNamed) {
  EXPECT_THAT(UnsupportedField("augment.mixup"),
              StatusIs(absl::StatusCode::kUnimplemented, "augment.mixup: not supported yet"));
}

}  // namespace
}  // namespace doodle
