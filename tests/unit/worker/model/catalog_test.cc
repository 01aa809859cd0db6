// The list of models that a job can name, beside the models that are built.
#include "ATen/ATen.h"
#include "common/catalog/models.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "worker/model/image_model.h"

namespace doodle {
namespace {

constexpr int64_t kLarge = 15'000'000;

int64_t CountParameters(const ImageModel& model) {
  int64_t count = 0;
  for (const at::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

// Memory and time are estimated from the catalog's numbers, where LibTorch is not linked.
TEST(CatalogTest, ParametersAreThoseOfTheModelThatIsBuilt) {
  for (const ModelEntry& entry : Models()) {
    for (const auto& [channels, classes] : {std::pair{1, 10}, {3, 340}, {2, 1}}) {
      if (entry.fixed_parameters > kLarge && channels != 3) continue;  // Takes seconds; the formula has one form.
      ASSERT_OK_AND_ASSIGN(auto model, CreateModel(entry.name, channels, classes, 1));
      EXPECT_EQ(CountParameters(*model), entry.Parameters(channels, classes))
          << entry.name << ", " << channels << " channels, " << classes << " classes";
    }
  }
}

// At the minimum the model still gives finite logits, so the catalog does not promise too much.
TEST(CatalogTest, EveryModelTakesItsSmallestInput) {
  for (const ModelEntry& entry : Models()) {
    ASSERT_OK_AND_ASSIGN(auto model, CreateModel(entry.name, 1, 4, 1));
    model->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor logits = model->Forward(at::rand({2, 1, entry.minimum_input, entry.minimum_input}));
    EXPECT_EQ(logits.sizes(), at::IntArrayRef({2, 4})) << entry.name;
    EXPECT_TRUE(at::isfinite(logits).all().item<bool>()) << entry.name;
  }
}

}  // namespace
}  // namespace doodle
