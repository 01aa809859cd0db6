#include "cli/exit_code.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(ExitCodeTest, EachClassOfError) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(absl::AbortedError("job quick failed")), 1);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("bad crc")), 1);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("stages[0].epochs")), 2);
  EXPECT_EQ(ExitCodeOf(absl::UnimplementedError("augment.mixup")), 2);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("no job")), 3);
}

// A disk that is away is not a coordinator that is away.
TEST(ExitCodeTest, OnlyAMarkedUnavailableIsUnreachable) {
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("disk")), 1);
  EXPECT_EQ(ExitCodeOf(Unreachable(absl::UnavailableError("coordinator"))), 4);
}

TEST(ExitCodeTest, OnlyCtrlCIsInterrupted) {
  EXPECT_EQ(ExitCodeOf(absl::CancelledError("by the server")), 1);
  EXPECT_EQ(ExitCodeOf(Interrupted("")), 130);
}

}  // namespace
}  // namespace doodle
