// What must not be believed: numbers that trainers report, and rows of a ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A job of one rank that runs.
class ControllerRefusalsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(cluster_.Create("cats", 1, 1), IsOk());
    cluster_.AddWorker("w1", 1);
  }

  FakeWorker& worker() { return *cluster_.workers.at("w1"); }

  // What a coordinator says that starts on the ledger with `change` made to its job.
  absl::Status StartAfter(const std::function<void(JobRow&)>& change) {
    absl::StatusOr<LedgerImage> image = cluster_.ledger->Load();
    if (!image.ok()) return image.status();
    JobRow row = image->jobs.at(0);
    change(row);
    EXPECT_THAT(cluster_.ledger->Commit({row}), IsOk());
    MetricRegistry metrics(MetricHost::kCoordinator);
    return Controller::Create(
               {}, {*cluster_.ledger, cluster_.outbox, cluster_.executor, cluster_.clock, LocalFileSystem(), metrics})
        .status();
  }

  FakeCluster cluster_;
};

TEST_F(ControllerRefusalsTest, IgnoresProgressWhoseEpochIsNoNumber) {
  cluster_.Form("cats", 0, "seed");
  for (const double epoch : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1.0}) {
    v1::TrainerReport report = worker().Report(0);
    report.mutable_progress()->set_next_step(40);
    report.mutable_progress()->set_epoch(epoch);
    worker().Send(*cluster_.controller, report);
    EXPECT_EQ(cluster_.Get("cats").step(), 0u) << epoch;
  }
}

TEST_F(ControllerRefusalsTest, RefusesALeaderThatIsNoRank) {
  v1::TrainerReport report = worker().Report(0);
  report.mutable_formed()->set_restored_from("seed");
  report.mutable_formed()->set_leader_rank(1);
  worker().Send(*cluster_.controller, report);
  cluster_.Deliver();
  EXPECT_TRUE(worker().acks.back().refused());
  EXPECT_EQ(cluster_.Get("cats").state(), v1::JOB_STATE_STARTING);
}

TEST_F(ControllerRefusalsTest, RefusesAnEvaluationOfARankThatTheGenerationDoesNotHave) {
  cluster_.Form("cats", 0, "seed");
  v1::TrainerReport report = worker().Report(0);
  report.mutable_evaluation()->set_split("valid");
  report.set_rank(1);
  worker().Send(*cluster_.controller, report);
  cluster_.Deliver();
  EXPECT_TRUE(worker().acks.back().refused());
  report.set_rank(0);
  worker().Send(*cluster_.controller, report);
  cluster_.Deliver();
  EXPECT_FALSE(worker().acks.back().refused());
}

TEST_F(ControllerRefusalsTest, DoesNotStartOnAJobWithAStateThatIsNone) {
  for (const int state : {0, kJobStates + 1}) {
    EXPECT_THAT(StartAfter([&](JobRow& row) { row.state = state; }),
                StatusIs(absl::StatusCode::kDataLoss, AllOf(HasSubstr("job cats"), HasSubstr("state"))));
  }
}

TEST_F(ControllerRefusalsTest, DoesNotStartOnAJobWhoseProgressDoesNotParse) {
  EXPECT_THAT(StartAfter([](JobRow& row) { row.progress = "\xff\xff"; }),
              StatusIs(absl::StatusCode::kDataLoss, AllOf(HasSubstr("job cats"), HasSubstr("progress"))));
}

}  // namespace
}  // namespace doodle
