#include "worker/trainer/loss_scaler.h"

#include <gtest/gtest.h>

#include <limits>

#include "ATen/ops/full.h"

namespace doodle {
namespace {

std::vector<at::Tensor> Gradients(double value) { return {at::full({3}, value, at::kFloat)}; }

// torch.amp.GradScaler, steps 1,999 and 2,000 after the last overflow.
TEST(LossScalerTest, TwoThousandGoodStepsDoubleTheScale) {
  LossScaler scaler(c10::kCPU, {1024, 1998});
  EXPECT_TRUE(scaler.Unscale(Gradients(1)));
  EXPECT_EQ(scaler.state(), (LossScale{1024, 1999}));
  EXPECT_TRUE(scaler.Unscale(Gradients(1)));
  EXPECT_EQ(scaler.state(), (LossScale{2048, 0}));
  EXPECT_EQ(scaler.Scale(at::full({1}, 3.0, at::kFloat)).item<float>(), 3 * 2048.0F);
}

TEST(LossScalerTest, AnOverflowHalvesTheScaleAndStartsTheCountAnew) {
  LossScaler scaler(c10::kCPU, {1024, 1998});
  EXPECT_FALSE(scaler.Unscale(Gradients(std::numeric_limits<double>::infinity())));
  EXPECT_EQ(scaler.state(), (LossScale{512, 0}));
  const std::vector<at::Tensor> gradients = Gradients(512);
  EXPECT_TRUE(scaler.Unscale(gradients));
  EXPECT_EQ(gradients[0][0].item<float>(), 1);
}

// Beyond float32 there is nothing to scale with.
TEST(LossScalerTest, TheScaleStaysWithinItsType) {
  const double largest = 1.7014118346046923e38;  // 2^127
  LossScaler scaler(c10::kCPU, {largest, 1999});
  EXPECT_TRUE(scaler.Unscale(Gradients(1)));
  EXPECT_EQ(scaler.state(), (LossScale{largest, 0}));
}

// What a repaired gang does: the scale is part of the state.
TEST(LossScalerTest, AnotherScalerGoesOnFromTheState) {
  LossScaler first(c10::kCPU);
  EXPECT_FALSE(first.Unscale(Gradients(std::numeric_limits<double>::quiet_NaN())));
  LossScaler second(c10::kCPU, first.state());
  EXPECT_TRUE(second.Unscale(Gradients(1)));
  EXPECT_EQ(second.state(), (LossScale{32768, 1}));
}

}  // namespace
}  // namespace doodle
