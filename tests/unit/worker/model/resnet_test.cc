// resnet18 beside timm's: tests/conformance/record.py recorded its state dict and its logits on formula weights.
#include <fstream>
#include <nlohmann/json.hpp>

#include "ATen/ATen.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "tests/testing/formula_weights.h"
#include "tests/testing/status_matchers.h"
#include "worker/model/image_model.h"
#include "worker/model/input_step.h"
#include "worker/model/state_dict.h"

namespace doodle {
namespace {

nlohmann::json Record() { return nlohmann::json::parse(std::ifstream("tests/data/timm_resnet18.json")); }

std::shared_ptr<ImageModel> FormulaModel() {
  auto model = CreateModel("resnet18", 1, 10, 1);
  EXPECT_THAT(model, IsOk());
  at::NoGradGuard no_grad;
  for (TensorEntry& entry : StateDict(**model)) {
    if (!entry.tensor.is_floating_point()) continue;
    std::vector<float> values = FormulaValues(entry.name, entry.tensor.sizes().vec());
    entry.tensor.copy_(at::tensor(values).view(entry.tensor.sizes()));
  }
  (*model)->eval();
  return *model;
}

at::Tensor FormulaImages(int count, int size) {
  at::Tensor pixels = at::empty({count, 1, size, size}, at::kByte);
  for (int i = 0; i < count; ++i) pixels[i][0].copy_(at::tensor(FormulaImage(i, size), at::kByte).view({size, size}));
  return pixels;
}

// Names, order, types and shapes, so that load_state_dict(strict=True) accepts an export.
TEST(ResNetTest, StateDictIsTimms) {
  auto record = Record();
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("resnet18", 1, 10, 1));
  TensorEntries entries = StateDict(*model);
  ASSERT_EQ(entries.size(), record["tensors"].size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto& expected = record["tensors"][i];
    EXPECT_EQ(entries[i].name, expected["name"]);
    EXPECT_EQ(entries[i].tensor.sizes().vec(), expected["shape"].get<std::vector<int64_t>>()) << entries[i].name;
    EXPECT_EQ(entries[i].tensor.scalar_type(), expected["type"] == "int64" ? at::kLong : at::kFloat) << entries[i].name;
  }
}

// The same weights and images give timm's logits, within 1e-4 of the largest; and they differ between images, so the
// comparison is one.
TEST(ResNetTest, LogitsAreTimms) {
  auto record = Record();
  const auto rows = record["logits"].get<std::vector<std::vector<float>>>();
  at::Tensor images = FormulaImages(static_cast<int>(rows.size()), record["size"]);
  at::NoGradGuard no_grad;
  at::Tensor logits = FormulaModel()->Forward(NormalizeInput(images, RasterNormalize::kUnit));
  at::Tensor expected = at::empty_like(logits);
  for (size_t i = 0; i < rows.size(); ++i) expected[static_cast<int64_t>(i)].copy_(at::tensor(rows[i]));
  const double largest = expected.abs().max().item<double>();
  EXPECT_LT((logits - expected).abs().max().item<double>(), 1e-4 * largest);
  EXPECT_GT(expected.std(0).mean().item<double>(), 0.05 * largest);
}

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
