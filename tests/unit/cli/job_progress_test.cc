#include "cli/job_progress.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/cli/sample_job.h"

namespace doodle {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(JobProgressTest, FiguresNameEverythingThatIsKnown) {
  EXPECT_EQ(ProgressFigures(SampleJob()),
            "step 203/406  epoch 4.0/8  loss 0.750  lr 1.5e-03  1,234 images/s  map3 0.935  generation 2");
}

TEST(JobProgressTest, BarFitsTheTerminal) {
  EXPECT_THAT(ProgressBar(SampleJob(), 200), StartsWith("[============>           ] 50 % step 203/406"));
  EXPECT_THAT(ProgressBar(SampleJob(), 200), EndsWith("generation 2  left 10.5 s")) << "203 steps of 64 at 1,234.5/s";
  EXPECT_EQ(ProgressBar(SampleJob(), 86),
            "[===>  ] 50 % 203/406 epoch 4.0/8 loss 0.750 lr 1.5e-03 1,234 images/s map3 0.935 gen");
  EXPECT_EQ(ProgressBar(SampleJob(), 40).size(), 39u);
}

TEST(JobProgressTest, BarOfAJobThatHasNotStarted) {
  EXPECT_THAT(ProgressBar(v1::Job(), 200), StartsWith("[>                       ]  0 % step 0/0"));
}

// Off a terminal there is a line for each event and for each twentieth of the steps, and no more.
TEST(JobProgressTest, PlainLinesForEventsAndTwentieths) {
  std::ostringstream out, error;
  Console console(out, error, Console::Options{});
  JobProgress progress(console, JobProgress::Lines::kMessages);
  v1::Job job = SampleJob();
  job.clear_evaluations();
  progress.Show(job);
  EXPECT_EQ(error.str(),
            "job quick: RUNNING\n"
            "generation 2 formed: 2 ranks from step 150 (trainer_exit), restored from survivor\n" +
                ProgressFigures(job) + "\n");
  error.str("");
  job.set_step(204);
  progress.Show(job);
  EXPECT_EQ(error.str(), "");
  *job.mutable_evaluations() = SampleJob().evaluations();
  progress.Show(job);
  EXPECT_EQ(error.str(), "evaluated step 203 on valid: top1 0.9000  top3 0.9700  map3 0.9350  (361 drawings)\n");
  EXPECT_EQ(out.str(), "");
}

TEST(JobProgressTest, TerminalRedrawsOneLineAndClearsItAtTheEnd) {
  std::ostringstream out, error;
  Console console(out, error, Console::Options{.error_is_terminal = true, .width = 200});
  JobProgress progress(console, JobProgress::Lines::kMessages);
  v1::Job job = SampleJob();
  progress.Show(job);
  error.str("");
  job.set_step(300);
  progress.Show(job);
  EXPECT_THAT(error.str(), StartsWith("\r\x1b[K[====="));
  EXPECT_THAT(error.str(), HasSubstr("step 300/406"));
  error.str("");
  job.set_state(v1::JOB_STATE_SUCCEEDED);
  progress.Show(job);
  EXPECT_EQ(error.str(), "\r\x1b[Kjob quick: SUCCEEDED\n");
}

}  // namespace
}  // namespace doodle
