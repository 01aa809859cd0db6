#include "worker/torch/autocast.h"

#include "ATen/ATen.h"
#include "ATen/core/grad_mode.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

TEST(ResolvePrecisionTest, AutoTakesWhatTheDeviceDoesNatively) {
  EXPECT_EQ(*ResolvePrecision(Precision::kAuto, {c10::kCPU, true}), Precision::kBf16);
  EXPECT_EQ(*ResolvePrecision(Precision::kAuto, {c10::kCPU, false}), Precision::kFp32);
  EXPECT_EQ(*ResolvePrecision(Precision::kAuto, {c10::kCUDA, true}), Precision::kBf16);
  EXPECT_EQ(*ResolvePrecision(Precision::kAuto, {c10::kCUDA, false}), Precision::kFp16);
}

TEST(ResolvePrecisionTest, AnExplicitChoiceIsKept) {
  EXPECT_EQ(*ResolvePrecision(Precision::kFp32, {c10::kCPU, true}), Precision::kFp32);
  EXPECT_EQ(*ResolvePrecision(Precision::kBf16, {c10::kCPU, false}), Precision::kBf16);
}

TEST(ResolvePrecisionTest, HalfPrecisionOnACpuIsRefused) {
  EXPECT_THAT(ResolvePrecision(Precision::kFp16, {c10::kCPU, true}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(AutocastGuardTest, OperatorsRunInBf16InsideAndInFp32Outside) {
  at::Tensor a = at::ones({2, 2});
  {
    AutocastGuard guard(Precision::kBf16, c10::kCPU);
    EXPECT_EQ(at::mm(a, a).scalar_type(), at::kBFloat16);
  }
  EXPECT_EQ(at::mm(a, a).scalar_type(), at::kFloat);
  AutocastGuard guard(Precision::kFp32, c10::kCPU);
  EXPECT_EQ(at::mm(a, a).scalar_type(), at::kFloat);
}

// A copy of the weights kept from one step would make the next one train on old values.
TEST(AutocastGuardTest, ChangedWeightsAreSeenByTheNextScope) {
  at::Tensor weight = at::ones({2, 2}).set_requires_grad(true);
  at::Tensor x = at::ones({2, 2});
  float before = 0;
  float after = 0;
  {
    AutocastGuard guard(Precision::kBf16, c10::kCPU);
    before = at::mm(x, weight).sum().item<float>();
  }
  {
    at::NoGradGuard no_grad;
    weight.mul_(2);
  }
  {
    AutocastGuard guard(Precision::kBf16, c10::kCPU);
    after = at::mm(x, weight).sum().item<float>();
  }
  EXPECT_EQ(after, 2 * before);
}

}  // namespace
}  // namespace doodle
