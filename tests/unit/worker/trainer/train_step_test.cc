#include "worker/trainer/train_step.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "ATen/ops/arange.h"
#include "ATen/ops/equal.h"
#include "common/time/clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/worker/collective/in_memory_key_value.h"
#include "worker/optim/optimizer.h"
#include "worker/torch/tensor_entry.h"

namespace doodle {
namespace {

constexpr int64_t kSamples = 24;

at::Tensor Pixels() {
  return at::arange(kSamples * 256, at::kLong).mul(37).remainder(251).to(at::kByte).view({kSamples, 1, 16, 16});
}
at::Tensor Labels() { return at::arange(kSamples, at::kLong).remainder(3); }

struct Rank {
  static absl::StatusOr<Rank> Create(ProcessGroup& group, bool scale_loss = false) {
    Rank rank;
    auto model = CreateModel("smallcnn", 1, 3, 5);
    if (!model.ok()) return model.status();
    rank.model = *std::move(model);
    OptimizerSpec spec;
    spec.kind = OptimizerKind::kSgd;
    auto optimizer = Optimizer::Create(spec, Parameters(*rank.model));
    if (!optimizer.ok()) return optimizer.status();
    rank.optimizer = *std::move(optimizer);
    TrainStepOptions options;
    options.micro_batch = 7;
    options.scale_loss = scale_loss;
    auto step = TrainStep::Create(options, *rank.model, *rank.optimizer, group.group(), RealClock());
    if (!step.ok()) return step.status();
    rank.step = *std::move(step);
    rank.share = kSamples / group.world_size();
    rank.first = rank.share * group.rank();
    return rank;
  }
  absl::StatusOr<StepResult> Reduce() {
    return step->Reduce(Pixels().narrow(0, first, share), Labels().narrow(0, first, share), kSamples, {});
  }
  std::string Digest() const { return *DigestEntries(StateDict(*model)) + *DigestEntries(optimizer->StateTensors()); }

  std::shared_ptr<ImageModel> model;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<TrainStep> step;
  int64_t share = 0;
  int64_t first = 0;
};

// Parameters, batch-norm statistics and optimizer state: bit by bit the same, although each rank saw other samples.
TEST(TrainStepTest, RanksStayEqualOverSteps) {
  std::vector<std::string> digests(2);
  std::vector<double> losses;
  RunRanks(2, [&](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group);
    ASSERT_THAT(rank, IsOk());
    for (int i = 0; i < 5; ++i) {
      const absl::StatusOr<StepResult> result = rank->Reduce();
      ASSERT_THAT(result, IsOk());
      EXPECT_EQ(result->sums.samples, kSamples);
      if (group.rank() == 0) losses.push_back(result->loss);
      ASSERT_THAT(rank->step->Commit(0.05, std::nullopt), IsOk());
    }
    for (const BatchNormStatistics& layer : BatchNormLayers(*rank->model)) {
      EXPECT_EQ(layer.num_batches_tracked.item<int64_t>(), 5) << "one a step, not one a forward pass";
    }
    EXPECT_GT(rank->step->collective_bytes(), 0u);
    digests[group.rank()] = rank->Digest();
  });
  EXPECT_FALSE(digests[0].empty());
  EXPECT_EQ(digests[0], digests[1]);
  ASSERT_EQ(losses.size(), 5u);
  EXPECT_LT(losses.back(), losses.front());
}

TEST(TrainStepTest, AStepThatIsNotCommittedLeavesNoTrace) {
  RunRanks(1, [](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group);
    ASSERT_THAT(rank, IsOk());
    const std::string before = rank->Digest();
    ASSERT_THAT(rank->Reduce(), IsOk());
    EXPECT_NE(rank->Digest(), before) << "forward moves the running statistics";
    rank->step->Abandon();
    EXPECT_EQ(rank->Digest(), before);
  });
}

// The peer dies between two steps. The survivor's error comes from backward or from the control tensor, and its state
// is that of the last commit: it can lead the next generation.
TEST(TrainStepTest, AfterALostPeerTheStateIsThatOfTheLastCommit) {
  RunRanks(2, [](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group);
    ASSERT_THAT(rank, IsOk());
    ASSERT_THAT(rank->Reduce(), IsOk());
    ASSERT_THAT(rank->step->Commit(0.05, std::nullopt), IsOk());
    if (group.rank() == 0) return;
    const std::string before = rank->Digest();
    EXPECT_FALSE(rank->Reduce().ok());
    EXPECT_EQ(rank->Digest(), before);
    for (const TensorEntry& entry : Parameters(*rank->model)) EXPECT_FALSE(entry.tensor.grad().defined()) << entry.name;
  });
}

// One rank's weights are broken: both learn it at the same step, as an error that repeating cannot cure.
TEST(TrainStepTest, ALossThatIsNotFiniteStopsAllRanks) {
  std::vector<absl::Status> results(2);
  RunRanks(2, [&](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group);
    ASSERT_THAT(rank, IsOk());
    if (group.rank() == 1) StateDict(*rank->model)[0].tensor.fill_(std::numeric_limits<float>::quiet_NaN());
    results[group.rank()] = rank->Reduce().status();
  });
  EXPECT_THAT(results[0], StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(results[1], StatusIs(absl::StatusCode::kOutOfRange));
}

// Powers of two: scaling and unscaling change no bit of a finite gradient.
TEST(TrainStepTest, LossScalingLeavesGoodStepsAsTheyAre) {
  RunRanks(1, [](ProcessGroup& group) {
    absl::StatusOr<Rank> plain = Rank::Create(group);
    absl::StatusOr<Rank> scaled = Rank::Create(group, /*scale_loss=*/true);
    ASSERT_THAT(plain, IsOk());
    ASSERT_THAT(scaled, IsOk());
    for (Rank* rank : {&*plain, &*scaled}) {
      const absl::StatusOr<StepResult> result = rank->Reduce();
      ASSERT_THAT(result, IsOk());
      EXPECT_FALSE(result->skipped);
      ASSERT_THAT(rank->step->Commit(0.05, std::nullopt), IsOk());
    }
    EXPECT_EQ(plain->Digest(), scaled->Digest());
  });
}

// With loss scaling an overflow costs the step, not the job: parameters stay, the step counts.
TEST(TrainStepTest, LossScalingSkipsAStepThatOverflows) {
  RunRanks(2, [](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group, /*scale_loss=*/true);
    ASSERT_THAT(rank, IsOk());
    at::Tensor weight = Parameters(*rank->model)[0].tensor;
    const at::Tensor before = weight.detach().clone();
    if (group.rank() == 1) StateDict(*rank->model).back().tensor.fill_(std::numeric_limits<float>::infinity());
    const absl::StatusOr<StepResult> result = rank->Reduce();
    ASSERT_THAT(result, IsOk());
    EXPECT_TRUE(result->skipped);
    ASSERT_THAT(rank->step->Commit(0.05, std::nullopt), IsOk());
    EXPECT_TRUE(at::equal(weight, before));
  });
}

TEST(TrainStepTest, SharesThatDoNotAddUpAreAnError) {
  RunRanks(1, [](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group);
    ASSERT_THAT(rank, IsOk());
    EXPECT_THAT(rank->step->Reduce(Pixels(), Labels(), kSamples + 1, {}), StatusIs(absl::StatusCode::kInternal));
  });
}

TEST(TrainStepTest, TheGradientNormIsThatOfAllGradients) {
  RunRanks(1, [](ProcessGroup& group) {
    absl::StatusOr<Rank> rank = Rank::Create(group);
    ASSERT_THAT(rank, IsOk());
    ASSERT_THAT(rank->Reduce(), IsOk());
    double squares = 0;
    for (const TensorEntry& entry : Parameters(*rank->model)) {
      squares += entry.tensor.grad().square().sum().item<double>();
    }
    const absl::StatusOr<double> norm = rank->step->GradientNorm();
    ASSERT_THAT(norm, IsOk());
    EXPECT_NEAR(*norm * *norm, squares, 1e-4 * squares);
  });
}

}  // namespace
}  // namespace doodle
