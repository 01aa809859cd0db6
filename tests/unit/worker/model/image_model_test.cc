#include "worker/model/image_model.h"

#include "ATen/ATen.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "worker/model/input_step.h"
#include "worker/model/state_dict.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CreateModelTest, UnknownNamesAndSizesAreRefused) {
  EXPECT_THAT(CreateModel("resnet19", 1, 10, 1), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("resnet19")));
  EXPECT_THAT(CreateModel("smallcnn", 0, 10, 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("in_channels")));
  EXPECT_THAT(CreateModel("smallcnn", 1, 0, 1), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("classes")));
}

TEST(SmallConvnetTest, GivesOneLogitPerClass) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("smallcnn", 3, 7, 1));
  EXPECT_THAT(model->Forward(at::rand({2, 3, 16, 16})).sizes().vec(), ElementsAre(2, 7));
}

// The order of PyTorch's state_dict: parameters, then buffers, module by module.
TEST(StateDictTest, OrderIsPyTorchs) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("smallcnn", 1, 7, 1));
  TensorEntries entries = StateDict(*model);
  std::vector<std::string> names;
  for (const TensorEntry& entry : entries) names.push_back(entry.name);
  names.resize(7);
  EXPECT_THAT(names, ElementsAre("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var",
                                 "bn1.num_batches_tracked", "conv2.weight"));
  EXPECT_EQ(entries.size(), 3 * 6 + 2u);
  EXPECT_EQ(Parameters(*model).size(), 3 * 3 + 2u);
}

// The running statistics that a gang averages are the model's own memory.
TEST(StateDictTest, BatchNormLayersShareMemory) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("smallcnn", 1, 7, 1));
  std::vector<BatchNormStatistics> layers = BatchNormLayers(*model);
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[1].name, "bn2");
  model->Forward(at::rand({4, 1, 16, 16}));
  EXPECT_EQ(layers[1].num_batches_tracked.item<int64_t>(), 1);
  EXPECT_NE(layers[1].running_mean.abs().sum().item<float>(), 0);
}

TEST(InputStepTest, BytesBecomeNormalizedFloats) {
  at::Tensor gray = at::tensor({0, 255, 51, 102}, at::kByte).view({1, 1, 2, 2});
  auto values = [](const at::Tensor& x) { return std::vector<float>(x.data_ptr<float>(), x.data_ptr<float>() + 4); };
  EXPECT_THAT(values(NormalizeInput(gray, RasterNormalize::kNone)),
              ::testing::Pointwise(::testing::FloatNear(1e-6f), {0.0f, 1.0f, 0.2f, 0.4f}));
  EXPECT_THAT(values(NormalizeInput(gray, RasterNormalize::kUnit)),
              ::testing::Pointwise(::testing::FloatNear(1e-6f), {-1.0f, 1.0f, -0.6f, -0.2f}));
  EXPECT_NEAR(NormalizeInput(gray, RasterNormalize::kImagenet).max().item<double>(), (1 - 0.449) / 0.226, 1e-5);
  at::Tensor color = at::full({1, 3, 1, 1}, 255, at::kByte);
  EXPECT_NEAR(NormalizeInput(color, RasterNormalize::kImagenet)[0][2][0][0].item<double>(), (1 - 0.406) / 0.225, 1e-5);
}

// A job of six channels was admitted and failed at its first step.
TEST(InputStepTest, ListsOfChannelsOfAnyLengthAreNormalizedAlike) {
  for (const int64_t channels : {2, 6, 8}) {
    const at::Tensor pixels = at::full({1, channels, 2, 2}, 255, at::kByte);
    EXPECT_TRUE(NormalizeInput(pixels, RasterNormalize::kUnit).equal(at::ones({1, channels, 2, 2})));
    const at::Tensor imagenet = NormalizeInput(pixels, RasterNormalize::kImagenet);
    EXPECT_NEAR(imagenet.min().item<double>(), (1 - 0.449) / 0.226, 1e-5);
    EXPECT_NEAR(imagenet.max().item<double>(), (1 - 0.449) / 0.226, 1e-5);
  }
}

TEST(InputStepTest, OtherTypesAndShapesAreRefused) {
  auto status = [](const at::Tensor& pixels) {
    return CatchTorch("input", [&] { NormalizeInput(pixels, RasterNormalize::kUnit); });
  };
  EXPECT_THAT(status(at::rand({1, 1, 2, 2})), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status(at::zeros({1, 2, 2}, at::kByte)), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
