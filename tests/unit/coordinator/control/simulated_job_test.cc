// A whole job in one thread: the real controller, ledger and leader policy; trainers whose weights are a hash of the
// steps they committed. Whatever dies, the finished weights are those of a run in which nothing did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <vector>

#include "common/ids/hash64.h"
#include "common/spec/gang_proto.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"
#include "worker/gang/leader_policy.h"

namespace doodle {
namespace {

constexpr uint64_t kSteps = 100;

struct Model {
  bool valid = false;
  StateTag tag;
  uint64_t weights = 0;
};

// The weights after `steps` commits without a fault.
uint64_t Undisturbed(uint64_t steps) {
  uint64_t weights = 1;
  for (uint64_t step = 0; step < steps; ++step) weights = HashCombine(weights, step);
  return weights;
}

class SimulatedJobTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.AddWorker("w1", 2);
    ASSERT_THAT(cluster_.Create("cats", 1, 2), IsOk());
  }

  FakeWorker& worker() { return *cluster_.workers["w1"]; }
  const v1::Assignment& assignment() { return worker().trainers.begin()->second; }

  // The ranks of the newest generation meet, choose a leader, adopt its state and report Formed.
  void Form() {
    const History history = FromProto(assignment().history());
    std::vector<MemberState> members;
    for (const auto& [slot, unused] : worker().trainers) {
      members.push_back(
          {.valid = models_[slot].valid, .tag = models_[slot].tag, .digest = {}, .origin = "", .problem = ""});
    }
    std::string origin = "survivor";
    if (MustLoad(history, members, std::nullopt)) {
      models_[worker().trainers.begin()->first] = {true, {0, 0}, 1};
      members[0] = {.valid = true, .tag = {0, 0}, .digest = {}, .origin = "", .problem = ""};
      origin = "seed";
    }
    const std::optional<uint32_t> leader = ChooseLeader(history, members);
    ASSERT_TRUE(leader.has_value());
    const Model adopted = models_[*leader];
    for (const auto& [slot, unused] : worker().trainers) models_[slot] = adopted;
    cluster_.Form("cats", adopted.tag.next_step, origin);
    ASSERT_FALSE(worker().acks.back().refused());
  }

  // All ranks commit steps until `end`.
  void TrainUntil(uint64_t end) {
    for (const auto& [slot, trainer] : worker().trainers) {
      Model& model = models_[slot];
      for (uint64_t step = model.tag.next_step; step < end; ++step) {
        model.weights = HashCombine(model.weights, step);
        model.tag = {trainer.generation(), step + 1};
      }
    }
    cluster_.Progress("cats", end);
  }

  void Kill(uint32_t slot) {
    models_[slot] = Model();
    worker().Kill(*cluster_.controller, slot);
    cluster_.Advance(absl::Milliseconds(100));
  }

  FakeCluster cluster_;
  std::map<uint32_t, Model> models_;  // By slot.
};

TEST_F(SimulatedJobTest, EndsWithTheSameWeightsAfterAKill) {
  Form();
  TrainUntil(10);
  Kill(0);
  Form();
  EXPECT_EQ(cluster_.Get("cats").generations(1).restored_from(), "survivor");
  EXPECT_EQ(cluster_.Get("cats").generations(1).start_step(), 10u);
  TrainUntil(kSteps);
  cluster_.Finish("cats");
  EXPECT_EQ(cluster_.Get("cats").state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(models_[0].weights, Undisturbed(kSteps));
  EXPECT_EQ(models_[1].weights, Undisturbed(kSteps));
}

// Every twenty steps a trainer dies, every forty the coordinator.
TEST_F(SimulatedJobTest, EndsWithTheSameWeightsWhateverDies) {
  Form();
  for (uint64_t step = 20; step < kSteps; step += 20) {
    TrainUntil(step);
    const uint32_t victim = step % 40 == 0 ? 0 : 1;
    if (victim == 0) {
      cluster_.Restart();
      ASSERT_THAT(worker().Register(*cluster_.controller), IsOk());
    }
    Kill(victim);
    if (step == 60) Kill(victim);  // Once more, while the gang forms.
    Form();
    ASSERT_EQ(cluster_.Get("cats").step(), step);
  }
  TrainUntil(kSteps);
  cluster_.Finish("cats");
  EXPECT_EQ(cluster_.Get("cats").state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(models_[0].weights, Undisturbed(kSteps));
  EXPECT_EQ(models_[1].weights, Undisturbed(kSteps));
}

// Both at once: no survivor and no checkpoint, so the job begins anew and still does each step once.
TEST_F(SimulatedJobTest, BeginsAnewWhenNobodyHasStateAndNothingWasWritten) {
  Form();
  TrainUntil(30);
  models_.clear();
  worker().Kill(*cluster_.controller, 0);
  worker().Kill(*cluster_.controller, 1);
  cluster_.Advance(absl::Milliseconds(100));
  Form();
  const v1::Job job = cluster_.Get("cats");
  EXPECT_EQ(job.generations_size(), 2);
  EXPECT_EQ(job.generations(1).restored_from(), "seed");
  EXPECT_EQ(job.step(), 0u);
  TrainUntil(kSteps);
  EXPECT_EQ(models_[1].weights, Undisturbed(kSteps));
}

}  // namespace
}  // namespace doodle
