#include "worker/collective/gradient_reducer.h"

#include <gtest/gtest.h>

#include <atomic>

#include "ATen/ops/arange.h"
#include "ATen/ops/conv2d.h"
#include "ATen/ops/cross_entropy_loss.h"
#include "ATen/ops/equal.h"
#include "ATen/ops/full.h"
#include "ATen/ops/linear.h"
#include "ATen/ops/relu.h"
#include "ATen/ops/sin.h"
#include "common/time/clock.h"
#include "tests/unit/worker/collective/in_memory_key_value.h"
#include "worker/collective/control_reduction.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

constexpr int64_t kSamples = 60;  // Divisible by 1, 2, 3 and 5, in one piece and in two.

at::Tensor Wave(std::vector<int64_t> shape, double scale) {
  int64_t size = 1;
  for (int64_t extent : shape) size *= extent;
  return at::sin(at::arange(size, at::kFloat) * scale).view(shape);
}

// A small net without batch norm, whose gradients may not depend on how samples are spread over ranks.
TensorEntries SmallNet() {
  TensorEntries net = {{"conv.weight", Wave({4, 1, 3, 3}, 0.7)}, {"fc.weight", Wave({5, 4 * 36}, 0.3)}};
  for (TensorEntry& entry : net) entry.tensor.requires_grad_(true);
  return net;
}

at::Tensor LossSum(const TensorEntries& net, const at::Tensor& pixels, const at::Tensor& labels) {
  const at::Tensor hidden = at::relu(at::conv2d(pixels, net[0].tensor)).flatten(1);
  return at::cross_entropy_loss(at::linear(hidden, net[1].tensor), labels, {}, at::Reduction::Sum);
}

// One step over all samples, this rank's share in `pieces` micro-batches.
absl::Status Backward(ProcessGroup& group, const TensorEntries& net, GradientReducer& reducer, int64_t pieces) {
  const at::Tensor pixels = Wave({kSamples, 1, 8, 8}, 0.11);
  const at::Tensor labels = at::arange(kSamples, at::kLong).remainder(5);
  const int64_t share = kSamples / group.world_size() / pieces;
  return CatchTorch("step", [&] {
    reducer.BeginStep();
    for (int64_t piece = 0; piece < pieces; ++piece) {
      const int64_t first = (group.rank() * pieces + piece) * share;
      const at::Tensor loss = LossSum(net, pixels.narrow(0, first, share), labels.narrow(0, first, share)) / kSamples;
      if (piece + 1 == pieces) reducer.ReduceInNextBackward();
      loss.backward();
    }
  });
}

// Gradients of two steps (buckets are rebuilt between them) for each rank.
std::vector<TensorEntries> Gradients(uint32_t world, int64_t pieces) {
  std::vector<TensorEntries> all(world);
  RunRanks(world, [&](ProcessGroup& group) {
    const TensorEntries net = SmallNet();
    auto reducer = GradientReducer::Create(group.group(), net, RealClock());
    ASSERT_TRUE(reducer.ok()) << reducer.status();
    for (int step = 0; step < 2; ++step) {
      for (const TensorEntry& entry : net) entry.tensor.mutable_grad() = at::Tensor();
      const absl::Status status = Backward(group, net, **reducer, pieces);
      ASSERT_TRUE(status.ok()) << status;
      for (const TensorEntry& entry : net) all[group.rank()].push_back({entry.name, entry.tensor.grad().clone()});
    }
    EXPECT_EQ((*reducer)->bytes(), world == 1 ? 0u : 2u * 4u * (4 * 9 + 5 * 4 * 36));
  });
  return all;
}

TEST(GradientReducerTest, GradientsAreTheSameAtEveryWorldSize) {
  const TensorEntries expected = Gradients(1, 1)[0];
  ASSERT_EQ(expected.size(), 4u);
  for (uint32_t world : {1, 2, 3, 5}) {
    for (int64_t pieces : {1, 2}) {
      for (const TensorEntries& rank : Gradients(world, pieces)) {
        ASSERT_EQ(rank.size(), expected.size()) << world;
        for (size_t i = 0; i < rank.size(); ++i) {
          const double difference = (rank[i].tensor - expected[i].tensor).norm().item<double>();
          EXPECT_LT(difference, 1e-5 * expected[i].tensor.norm().item<double>()) << world << " " << rank[i].name;
        }
      }
    }
  }
}

TEST(GradientReducerTest, AllRanksHoldTheSameBits) {
  const std::vector<TensorEntries> ranks = Gradients(3, 1);
  for (size_t i = 0; i < ranks[0].size(); ++i) {
    EXPECT_TRUE(at::equal(ranks[0][i].tensor, ranks[1][i].tensor));
    EXPECT_TRUE(at::equal(ranks[0][i].tensor, ranks[2][i].tensor));
  }
}

// After a lost peer the parameters train on with another reducer: no hook of the old one is left.
TEST(GradientReducerTest, AfterALostPeerANewReducerTakesOver) {
  RunRanks(2, [&](ProcessGroup& group) {
    const TensorEntries net = SmallNet();
    auto reducer = GradientReducer::Create(group.group(), net, RealClock());
    ASSERT_TRUE(reducer.ok());
    if (group.rank() == 0) return;
    EXPECT_FALSE(Backward(group, net, **reducer, 1).ok());
    reducer->reset();
    group.Destroy();
    for (const TensorEntry& entry : net) entry.tensor.mutable_grad() = at::Tensor();
    InMemoryKeyValue keys;
    ProcessGroup alone(keys, {});
    ASSERT_TRUE(alone.Form(AssignmentOf(0, 1)).ok());
    auto next = GradientReducer::Create(alone.group(), net, RealClock());
    EXPECT_TRUE(Backward(alone, net, **next, 1).ok());
  });
}

TEST(ControlReductionTest, SumsAreSharedAndStatisticsAveragedBySamples) {
  std::atomic<int> checked = 0;
  RunRanks(2, [&](ProcessGroup& group) {
    const bool first = group.rank() == 0;
    const at::Tensor mean = at::full({2}, first ? 1.0 : 5.0, at::kFloat);
    ControlReduction control(group.group(), {mean});
    ASSERT_TRUE(control.Start({first ? 1.5 : 2.5, first ? 3.0 : 1.0, 0, first ? 0.0 : 1.0, 0, 0}).ok());
    const absl::StatusOr<ControlSums> sums = control.Finish();
    ASSERT_TRUE(sums.ok()) << sums.status();
    EXPECT_EQ(*sums, (ControlSums{4, 4, 0, 1, 0, 0}));
    EXPECT_EQ(mean[0].item<float>(), first ? 1.0f : 5.0f) << "nothing changes before the commit";
    control.StoreAverages();
    EXPECT_EQ(mean[1].item<float>(), 2.0f);  // (3 * 1 + 1 * 5) / 4
    ++checked;
  });
  EXPECT_EQ(checked, 2);
}

TEST(ControlReductionTest, AWorldOfOneKeepsItsOwn) {
  const at::Tensor mean = at::full({2}, 3.0, at::kFloat);
  ControlReduction control(nullptr, {mean});
  ASSERT_TRUE(control.Start({1, 2, 0, 0, 0, 0}).ok());
  EXPECT_EQ(*control.Finish(), (ControlSums{1, 2, 0, 0, 0, 0}));
  control.StoreAverages();
  EXPECT_EQ(mean[0].item<float>(), 3.0f);
}

}  // namespace
}  // namespace doodle
