#include "cli/job_description.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/cli/sample_job.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The whole text, so that a change of what users read is seen in a review.
TEST(JobDescriptionTest, RunningJobAfterALostTrainer) {
  EXPECT_EQ(DescribeJob(SampleJob()), R"(Job            quick
State          RUNNING
Model          resnet18, 32 px, 1 channel
Dataset        file:///data/ten
Steps          203 of 406 (50.0 %)
Epochs         4.00 of 8
Training       loss 0.7500, learning rate 1.5e-03, 1,234 images/s
Created        2026-01-01 00:00:00
Started        2026-01-01 00:00:01
Failures       1 in a row, of 10 allowed
Files          /data/jobs/quick

Stages
  STAGE  FIRST STEP  STEPS  EPOCHS  BATCH  LANES  DRAWINGS  PLAN
  all             0    406       8     64     64     3,253  aabbccddeeff

Generations
  GENERATION  REASON        FORMED               START STEP  LEADER  RESTORED FROM  RECOVERY  RANKS          ENDED
           1  start         2026-01-01 00:00:04           0       0  seed             3.00 s  0=w1/0 1=w1/1  trainer_exit
           2  trainer_exit  2026-01-01 00:01:40         150       0  survivor         0.42 s  0=w1/0 1=w1/1  -

Evaluations
  STEP  SPLIT  WEIGHTS    TOP1    TOP3    MAP3    LOSS  DRAWINGS
   203  valid  raw      0.9000  0.9700  0.9350  0.5000       361

Checkpoints
  CHECKPOINT         NEXT STEP  GENERATION      SIZE  METRIC  CREATED              MARKS
  step-000000203-g2        203           2  134.2 MB  0.9350  2026-01-01 00:03:20  latest best

Ranks
  RANK  WORKER  SLOT  NEXT STEP  SAMPLES   SHARE  PARAMETERS    OPTIMIZER
     0  w1         0        203    1,696  50.0 %  0123456789ab  fedcba987654
     1  w1         1        203    1,696  50.0 %  0123456789ab  fedcba987654
  digests equal: yes
)");
}

TEST(JobDescriptionTest, WaitingJobSaysWhyAndHasNoTables) {
  v1::Job job;
  job.set_id("late");
  job.set_state(v1::JOB_STATE_QUEUED);
  job.set_reason("needs 4 slots, 2 are free");
  const std::string text = DescribeJob(job);
  EXPECT_THAT(text, HasSubstr("Reason         needs 4 slots, 2 are free\n"));
  EXPECT_THAT(text, Not(HasSubstr("Generations")));
  EXPECT_THAT(text, Not(HasSubstr("digests")));
}

TEST(JobDescriptionTest, OneOptimizerDigestDiffers) {
  v1::Job job = SampleJob();
  job.mutable_ranks(1)->mutable_digest()->set_optimizer("0000");
  EXPECT_EQ(DigestsEqual(job), "no");
}

TEST(JobDescriptionTest, ARankWithoutDigestLeavesItOpen) {
  v1::Job job = SampleJob();
  job.mutable_ranks(1)->clear_digest();
  EXPECT_EQ(DigestsEqual(job), "not known yet");
  job.clear_ranks();
  EXPECT_EQ(DigestsEqual(job), "not known yet");
}

TEST(JobDescriptionTest, EndedJobSaysHowLongItTook) {
  v1::Job job = SampleJob();
  job.set_state(v1::JOB_STATE_SUCCEEDED);
  job.mutable_end_time()->set_seconds(1767225601 + 247);
  EXPECT_THAT(DescribeJob(job), HasSubstr("Ended          2026-01-01 00:04:08 (after 4m07s)\n"));
}

// Who failed first, where, and what its log said last.
TEST(JobDescriptionTest, NamesTheFirstFailureWithTheEndOfItsLog) {
  v1::Job job = SampleJob();
  EXPECT_THAT(DescribeJob(job), Not(HasSubstr("First failure")));
  v1::FailureRecord& failure = *job.mutable_first_failure();
  failure.set_generation(2);
  failure.set_rank(1);
  failure.set_worker_id("w1");
  failure.set_step(203);
  failure.set_cause("trainer_exit");
  failure.set_message("rank 1 on worker w1: killed by signal 11");
  failure.set_log_tail("one\ntwo\n");
  failure.mutable_time()->set_seconds(1767225700);
  EXPECT_THAT(DescribeJob(job), HasSubstr("First failure\n"
                                          "  2026-01-01 00:01:40, generation 2, after step 203, rank 1, worker w1, "
                                          "trainer_exit\n"
                                          "  rank 1 on worker w1: killed by signal 11\n"
                                          "  The end of its log:\n"
                                          "    one\n"
                                          "    two\n"));
}

}  // namespace
}  // namespace doodle
