#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

// Two ranks on one worker, past their 20th step; both heartbeat on.
class ControllerHangTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.AddWorker("w1", 2);
    ASSERT_THAT(cluster_.Create("cats", 2, 2), IsOk());
    cluster_.Form("cats", 0, "seed");
    Say(0, 200, 1);
    Say(1, 200, 1);
    cluster_.Advance(absl::Milliseconds(100));
  }

  void Say(uint32_t slot, uint64_t sequence, uint64_t generation) {
    v1::TrainerActivity& activity = worker().activities[slot];
    activity.set_generation(generation);
    activity.set_sequence(sequence);
    activity.set_steps(30);
    activity.set_phase(2);
    activity.set_step_p99_seconds(0.2);
  }
  FakeWorker& worker() { return *cluster_.workers["w1"]; }

  FakeCluster cluster_;
};

TEST_F(ControllerHangTest, KillsTheRankThatDidNotArriveAndGoesOnWithTheOther) {
  Say(0, 202, 1);
  cluster_.Advance(absl::Seconds(4.8));
  EXPECT_EQ(cluster_.Get("cats").generations_size(), 1);
  cluster_.Advance(absl::Seconds(1));
  const v1::Job job = cluster_.Get("cats");
  ASSERT_EQ(job.generations_size(), 2);
  EXPECT_EQ(job.generations(1).reason(), "hang");
  EXPECT_EQ(job.first_failure().rank(), 1u);
  EXPECT_THAT(job.first_failure().message(), HasSubstr("rank 1 did not arrive at collective 201"));
  EXPECT_EQ(worker().trainers.at(0).generation(), 2u);
  EXPECT_EQ(worker().trainers.at(1).generation(), 2u);
  EXPECT_EQ(job.failures(), 1u);
}

// What a trainer of the generation before still says is not about this one.
TEST_F(ControllerHangTest, DoesNotListenToTheGenerationBefore) {
  Say(0, 202, 1);
  cluster_.Advance(absl::Seconds(6));
  ASSERT_EQ(cluster_.Get("cats").generations_size(), 2);
  cluster_.Form("cats", 30, "survivor");
  cluster_.Advance(absl::Seconds(60));
  EXPECT_EQ(cluster_.Get("cats").generations_size(), 2);
}

TEST_F(ControllerHangTest, AGangThatMovesIsLeftAlone) {
  for (uint64_t sequence = 201; sequence < 212; ++sequence) {
    Say(0, sequence, 1);
    cluster_.Advance(absl::Seconds(3));
  }
  EXPECT_EQ(cluster_.Get("cats").generations_size(), 1);
}

}  // namespace
}  // namespace doodle
