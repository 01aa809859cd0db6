#include <nlohmann/json.hpp>

#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/cli/command_line_runner.h"
#include "tests/unit/cli/fake_coordinator.h"
#include "tests/unit/cli/sample_job.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kJobFile[] = R"(name: mine
dataset: data/ten
model: {name: resnet18}
raster: {size: 32}
optimizer: {name: adamw}
stages:
  - {name: all, epochs: 2, global_batch: 64, schedule: {kind: one_cycle, max_lr: 2.0e-3}}
)";

class SubmitCommandTest : public ::testing::Test {
 protected:
  SubmitCommandTest() {
    runner_.variables["DOODLE_COORDINATOR"] = coordinator_.server->address();
    runner_.Write("mine.yaml", kJobFile);
  }

  FakeCoordinator coordinator_;
  CommandLineRunner runner_;
};

TEST_F(SubmitCommandTest, PrintsTheIdAndMakesTheDatasetAbsolute) {
  const Outcome outcome = runner_.Run({"submit", "mine.yaml", "--request-id", "r1"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "mine\n");
  EXPECT_EQ(coordinator_.jobs.created.request_id(), "r1");
  EXPECT_EQ(coordinator_.jobs.created.spec().dataset(), "file://" + runner_.Path("data/ten"));
  EXPECT_FALSE(coordinator_.jobs.created.validate_only());
}

TEST_F(SubmitCommandTest, EachSubmitHasARequestIdOfItsOwn) {
  runner_.Run({"submit", "mine.yaml"});
  const std::string first = coordinator_.jobs.created.request_id();
  runner_.Run({"submit", "mine.yaml"});
  EXPECT_THAT(first, Not(IsEmpty()));
  EXPECT_NE(coordinator_.jobs.created.request_id(), first);
}

TEST_F(SubmitCommandTest, OverridesAreApplied) {
  ASSERT_EQ(runner_.Run({"submit", "mine.yaml", "--set", "stages[0].epochs=5", "--set", "name=other"}).out, "other\n");
  EXPECT_EQ(coordinator_.jobs.created.spec().stages(0).epochs(), 5u);
}

// The line of the file holds another value than the one that is wrong.
TEST_F(SubmitCommandTest, ABadOverrideIsNotBlamedOnTheFile) {
  for (const char* assignment : {"stages[0].epochs=0", "stages.0.epochs=0"}) {
    const Outcome outcome = runner_.Run({"submit", "mine.yaml", "--set", assignment});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.error, StartsWith("error: --set: stages[0].epochs: ")) << assignment;
  }
}

TEST_F(SubmitCommandTest, UnknownFieldIsNamedWithItsLine) {
  runner_.Write("typo.yaml", "name: mine\ndatset: data/ten\n");
  const Outcome outcome = runner_.Run({"submit", "typo.yaml"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("typo.yaml:2:"));
  EXPECT_THAT(outcome.error, HasSubstr("dataset"));
}

TEST_F(SubmitCommandTest, JobFileThatIsNotThere) { EXPECT_EQ(runner_.Run({"submit", "nope.yaml"}).code, 3); }

TEST_F(SubmitCommandTest, TheCoordinatorRefusesAField) {
  coordinator_.jobs.create_error = InvalidField("ranks.max", "more ranks than the lanes can feed");
  const Outcome outcome = runner_.Run({"submit", "mine.yaml"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.error, "error: ranks.max: more ranks than the lanes can feed\n");
}

TEST_F(SubmitCommandTest, FollowEndsWithTheState) {
  coordinator_.jobs.changes = {SampleJob(), SampleJob()};
  coordinator_.jobs.changes[1].set_state(v1::JOB_STATE_SUCCEEDED);
  coordinator_.jobs.changes[1].set_version(8);
  const Outcome outcome = runner_.Run({"submit", "mine.yaml", "--follow"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "mine\nSUCCEEDED\n");
  EXPECT_THAT(outcome.error, HasSubstr("step 203/406  epoch 4.0/8  loss 0.750"));
}

TEST_F(SubmitCommandTest, FollowOfAJobThatFails) {
  coordinator_.jobs.changes = {SampleJob()};
  coordinator_.jobs.changes[0].set_state(v1::JOB_STATE_FAILED);
  coordinator_.jobs.changes[0].set_reason("loss is not finite");
  const Outcome outcome = runner_.Run({"submit", "mine.yaml", "--follow", "--json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["state"], "JOB_STATE_FAILED");
  EXPECT_THAT(outcome.error, HasSubstr("error: job quick failed: loss is not finite\n"));
}

TEST_F(SubmitCommandTest, DryRunAsksTheCoordinatorAndStoresNothing) {
  const Outcome outcome = runner_.Run({"submit", "mine.yaml", "--dry-run"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_TRUE(coordinator_.jobs.created.validate_only());
  EXPECT_THAT(outcome.out, StartsWith("name: mine\n"));
}

TEST_F(SubmitCommandTest, DryRunWithoutCoordinatorPlansHere) {
  coordinator_.server->Shutdown(absl::ZeroDuration());
  std::string lines;
  for (int i = 0; i < 400; ++i) {
    lines += absl::StrCat(R"({"word":")", i % 2 == 0 ? "cat" : "fish",
                          R"(","countrycode":"US","timestamp":"2017-03-01 10:00:00.00000 UTC","recognized":true,)",
                          R"("key_id":")", 4000000000000000 + i, R"(","drawing":[[[0,200],[10,90]]]})", "\n");
  }
  runner_.Write("cats.ndjson", lines);
  ASSERT_EQ(runner_.Run({"ingest", "cats.ndjson", "--out", "data/ten"}).code, 0);
  const Outcome outcome = runner_.Run({"submit", "mine.yaml", "--dry-run"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("planned here"));
  EXPECT_THAT(outcome.out, HasSubstr("total steps: 12\n")) << "2 epochs of 400 drawings by 64";
}

}  // namespace
}  // namespace doodle
