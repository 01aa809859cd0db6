#include "worker/gang/activity.h"

#include <gtest/gtest.h>

namespace doodle {
namespace {

TEST(ActivityBoardTest, CountsAnewInEachGeneration) {
  ActivityBoard board;
  board.Begin(3);
  board.Enter(TrainerPhase::kStep);
  board.Contribute();
  board.StepDone(absl::Seconds(1));
  EXPECT_EQ(board.Read().sequence, 1u);
  EXPECT_EQ(board.Read().steps, 1u);
  board.Begin(4);
  EXPECT_EQ(board.Read().generation, 4u);
  EXPECT_EQ(board.Read().sequence, 0u);
  EXPECT_EQ(board.Read().phase, TrainerPhase::kStarting);
  EXPECT_EQ(board.Read().step_p99, absl::ZeroDuration());
}

// The slow first step is forgotten after 128 others.
TEST(ActivityBoardTest, KnowsTheSlowestOfTheNewestSteps) {
  ActivityBoard board;
  board.StepDone(absl::Seconds(60));
  for (int i = 0; i < 20; ++i) board.StepDone(absl::Seconds(1));
  EXPECT_EQ(board.Read().step_p99, absl::Seconds(60));
  for (int i = 0; i < 128; ++i) board.StepDone(absl::Seconds(2));
  EXPECT_EQ(board.Read().step_p99, absl::Seconds(2));
}

}  // namespace
}  // namespace doodle
