// Each model beside timm's: tests/conformance/record.py recorded names, shapes, logits and gradient norms on formula
// weights.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "ATen/ATen.h"
#include "common/catalog/models.h"
#include "gmock/gmock.h"
#include "tests/testing/formula_model.h"
#include "tests/testing/status_matchers.h"
#include "worker/model/input_step.h"

namespace doodle {
namespace {

constexpr char kFolder[] = "tests/data/models";

std::vector<std::string> RecordedModels() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) names.push_back(file.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

at::Tensor Rows(const nlohmann::json& rows) {
  std::vector<at::Tensor> tensors;
  for (const auto& row : rows) tensors.push_back(at::tensor(row.get<std::vector<float>>()));
  return at::stack(tensors);
}

class ZooTest : public ::testing::TestWithParam<std::string> {
 protected:
  const nlohmann::json record_ = nlohmann::json::parse(std::ifstream(kFolder + ("/" + GetParam() + ".json")));
  const int64_t classes_ = static_cast<int64_t>(record_["logits"][0].size());
};

// Names, order and shapes, so that load_state_dict(strict=True) accepts an export; then the same weights and images
// give timm's logits within 1e-4 of the largest, different between images so that the comparison is one, and timm's
// gradients. One test, because large models take seconds to make.
TEST_P(ZooTest, StateDictLogitsAndGradientsAreTimms) {
  ASSERT_OK_AND_ASSIGN(const std::shared_ptr<ImageModel> model, FormulaModel(GetParam(), 1, classes_));
  const TensorEntries entries = StateDict(*model);
  ASSERT_EQ(entries.size(), record_["tensors"].size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const nlohmann::json& expected = record_["tensors"][i];
    EXPECT_EQ(entries[i].name, expected[0]);
    EXPECT_EQ(entries[i].tensor.sizes().vec(), expected[1].get<std::vector<int64_t>>()) << entries[i].name;
  }

  const at::Tensor expected = Rows(record_["logits"]);
  const at::Tensor images = FormulaImages(static_cast<int>(expected.size(0)), record_["size"]);
  const at::Tensor pixels = NormalizeInput(images, RasterNormalize::kUnit);
  const at::Tensor logits = model->Forward(pixels).detach();
  const double largest = expected.abs().max().item<double>();
  EXPECT_LT((logits - expected).abs().max().item<double>(), 1e-4 * largest);
  EXPECT_GT(expected.std(0).mean().item<double>(), 1e-3 * largest);

  model->to(at::kDouble);  // In float32 rounding decides which way some activations go, and gradients differ with it.
  const at::Tensor exact = model->Forward(pixels.to(at::kDouble));
  at::cross_entropy_loss(exact, at::arange(expected.size(0))).backward();
  std::map<std::string, double> norms;
  for (const TensorEntry& entry : Parameters(*model)) norms[entry.name] = entry.tensor.grad().norm().item<double>();
  for (const nlohmann::json& tensor : record_["tensors"]) {
    if (tensor.size() < 3) continue;
    const double norm = tensor[2];
    EXPECT_NEAR(norms[tensor[0]], norm, 1e-3 * norm) << tensor[0];
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, ZooTest, ::testing::ValuesIn(RecordedModels()),
                         [](const auto& test) { return test.param; });

// A model that others publish is compared with theirs.
TEST(ZooRecordsTest, EveryModelWithTimmsNamesIsRecorded) {
  std::vector<std::string> names;
  for (const ModelEntry& entry : Models()) {
    if (entry.key_style == "timm") names.emplace_back(entry.name);
  }
  EXPECT_EQ(names, RecordedModels());
}

}  // namespace
}  // namespace doodle
