// How resnet18 starts; what it computes is in zoo_test.cc.
#include "ATen/ATen.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "tests/testing/formula_model.h"
#include "tests/testing/status_matchers.h"
#include "worker/model/input_step.h"

namespace doodle {
namespace {

// Weights are a function of the seed alone.
TEST(ResNetTest, TheSeedDecidesTheWeights) {
  ASSERT_OK_AND_ASSIGN(auto a, CreateModel("resnet18", 1, 10, 7));
  at::rand({1000});  // Moves the process's generator.
  ASSERT_OK_AND_ASSIGN(auto b, CreateModel("resnet18", 1, 10, 7));
  ASSERT_OK_AND_ASSIGN(auto c, CreateModel("resnet18", 1, 10, 8));
  ASSERT_OK_AND_ASSIGN(std::string digest_a, DigestEntries(StateDict(*a)));
  ASSERT_OK_AND_ASSIGN(std::string digest_b, DigestEntries(StateDict(*b)));
  ASSERT_OK_AND_ASSIGN(std::string digest_c, DigestEntries(StateDict(*c)));
  EXPECT_EQ(digest_a, digest_b);
  EXPECT_NE(digest_a, digest_c);
}

// timm's init_weights: convolutions by fan-out, the last norm of each block zero, other norms one.
TEST(ResNetTest, InitializationIsTimms) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("resnet18", 1, 10, 7));
  for (const TensorEntry& entry : StateDict(*model)) {
    if (entry.tensor.dim() == 4) {
      const int64_t fan_out = entry.tensor.numel() / entry.tensor.size(1);
      const double deviation = std::sqrt(2.0 / static_cast<double>(fan_out));
      EXPECT_NEAR(entry.tensor.std().item<double>() / deviation, 1, 0.05) << entry.name;
    } else if (entry.name.ends_with("bn2.weight")) {
      EXPECT_EQ(entry.tensor.abs().max().item<float>(), 0) << entry.name;
    } else if (absl::StrContains(entry.name, "bn1.weight")) {
      EXPECT_EQ(entry.tensor.min().item<float>(), 1) << entry.name;
    }
  }
}

TEST(ResNetTest, WeightsAndActivationsAreChannelsLast) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("resnet18", 1, 10, 7));
  for (const TensorEntry& entry : Parameters(*model)) {
    if (entry.tensor.dim() != 4) continue;
    EXPECT_EQ(entry.tensor.stride(1), 1) << entry.name;
  }
  at::Tensor x = NormalizeInput(FormulaImages(2, 32), RasterNormalize::kUnit);
  EXPECT_EQ(x.stride(1), 1);
}

}  // namespace
}  // namespace doodle
