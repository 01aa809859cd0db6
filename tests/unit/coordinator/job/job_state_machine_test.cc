#include "coordinator/job/job_state_machine.h"

#include <gtest/gtest.h>

namespace doodle {
namespace {

// The life of a job with one failure, one pause and a good end.
TEST(JobStateMachineTest, WalksFromQueueToSuccess) {
  JobStateMachine job;
  EXPECT_TRUE(job.Admit().ok());
  EXPECT_TRUE(job.Form().ok());
  EXPECT_TRUE(job.Reform().ok());
  EXPECT_TRUE(job.Form().ok());
  EXPECT_TRUE(job.Pause().ok());
  EXPECT_EQ(job.state(), JobState::kPaused);
  EXPECT_TRUE(job.Resume().ok());
  EXPECT_TRUE(job.Admit().ok());
  EXPECT_TRUE(job.Requeue().ok());
  EXPECT_TRUE(job.Admit().ok());
  EXPECT_TRUE(job.Form().ok());
  EXPECT_TRUE(job.Succeed().ok());
  EXPECT_EQ(job.state(), JobState::kSucceeded);
}

// An ended job stays as it ended, whatever is asked of it.
TEST(JobStateMachineTest, RefusesEveryArrowOutOfAnEnd) {
  for (JobState end : {JobState::kSucceeded, JobState::kFailed, JobState::kCanceled}) {
    JobStateMachine job(end);
    for (const absl::Status& status : {job.Admit(), job.Requeue(), job.Form(), job.Reform(), job.Succeed(), job.Pause(),
                                       job.Resume(), job.Fail(), job.Cancel()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    }
    EXPECT_EQ(job.state(), end);
  }
}

// The refusal tells the user the state and what could not be done.
TEST(JobStateMachineTest, NamesStateAndVerbWhenItRefuses) {
  JobStateMachine job(JobState::kQueued);
  EXPECT_EQ(job.Succeed().message(), "the job is QUEUED: it cannot be finished");
  EXPECT_EQ(job.Resume().code(), absl::StatusCode::kFailedPrecondition);
  JobStateMachine paused(JobState::kPaused);
  EXPECT_EQ(paused.Requeue().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(JobStateMachineTest, KnowsWhichStatesHoldSlots) {
  EXPECT_TRUE(HoldsSlots(JobState::kStarting));
  EXPECT_TRUE(HoldsSlots(JobState::kRescaling));
  EXPECT_FALSE(HoldsSlots(JobState::kPaused));
  EXPECT_TRUE(IsEnded(JobState::kCanceled));
  EXPECT_FALSE(IsEnded(JobState::kQueued));
}

}  // namespace
}  // namespace doodle
