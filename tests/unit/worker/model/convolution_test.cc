#include "worker/model/convolution.h"

#include "ATen/ATen.h"
#include "gtest/gtest.h"
#include "worker/torch/autocast.h"

namespace doodle {
namespace {

namespace nn = torch::nn;

nn::Conv2d Conv(int64_t kernel, int64_t stride, int64_t padding, at::ScalarType type) {
  nn::Conv2d conv(nn::Conv2dOptions(4, 6, kernel).stride(stride).padding(padding).bias(false));
  conv->to(type);
  conv->weight.set_data(conv->weight.detach().contiguous(at::MemoryFormat::ChannelsLast));
  return conv;
}

// Output, gradient of the input and of the weight for one way to compute.
struct Pass {
  at::Tensor y;
  at::Tensor input_gradient;
  at::Tensor weight_gradient;
};

template <typename Forward>
Pass Run(nn::Conv2d& conv, const at::Tensor& pixels, const Forward& forward) {
  const at::Tensor x = pixels.clone().requires_grad_();
  conv->weight.mutable_grad().reset();
  const at::Tensor y = forward(x);
  const at::Tensor wanted = at::arange(y.numel(), at::kDouble).cos().view(y.sizes());
  (y.to(at::kDouble) * wanted).sum().backward();
  return {y.detach(), x.grad(), conv->weight.grad().clone()};
}

Pass Plain(nn::Conv2d& conv, const at::Tensor& x) {
  return Run(conv, x, [&](const at::Tensor& input) { return conv->forward(input); });
}

Pass Ours(nn::Conv2d& conv, const at::Tensor& x) {
  return Run(conv, x, [&](const at::Tensor& input) { return Convolve(conv, input); });
}

at::Tensor Pixels(int64_t height, int64_t width, at::ScalarType type) {
  return at::rand({3, 4, height, width}).to(type).contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(TapsInUseTest, OnlyTapsThatMeetAPixelAreUsed) {
  EXPECT_EQ(TapsInUse(1, 3, 1, 1), (TapRange{1, 1}));
  EXPECT_EQ(TapsInUse(1, 3, 2, 1), (TapRange{1, 1}));
  EXPECT_EQ(TapsInUse(2, 3, 2, 1), (TapRange{1, 2}));
  EXPECT_EQ(TapsInUse(2, 3, 1, 1), (TapRange{0, 3}));
  EXPECT_EQ(TapsInUse(8, 3, 2, 1), (TapRange{0, 3}));
  EXPECT_EQ(TapsInUse(1, 1, 1, 0), (TapRange{0, 1}));
}

// The first row and the last column in use may differ: then another padding at each end would be needed.
TEST(ConvolveTest, EveryShapeGivesThePlainResultAndGradients) {
  for (const int64_t kernel : {1, 3, 7}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (int64_t height = 1; height <= 5; ++height) {
        for (const int64_t width : {1, 2, 4}) {
          nn::Conv2d conv = Conv(kernel, stride, kernel / 2, at::kDouble);
          const at::Tensor x = Pixels(height, width, at::kDouble);
          const Pass plain = Plain(conv, x);
          const Pass ours = Ours(conv, x);
          SCOPED_TRACE(testing::Message() << kernel << " taps by " << stride << " on " << height << " x " << width);
          ASSERT_EQ(ours.y.sizes(), plain.y.sizes());
          EXPECT_TRUE(at::allclose(ours.y, plain.y, 1e-12, 1e-12));
          EXPECT_TRUE(at::allclose(ours.input_gradient, plain.input_gradient, 1e-12, 1e-12));
          EXPECT_TRUE(at::allclose(ours.weight_gradient, plain.weight_gradient, 1e-12, 1e-12));
        }
      }
    }
  }
}

// Optimizer and reducer walk memory: a gradient laid out otherwise costs a transposing copy of the whole kernel.
TEST(ConvolveTest, GradientOfACutKernelHasTheWeightsLayoutAndZeros) {
  nn::Conv2d conv = Conv(3, 1, 1, at::kFloat);
  const Pass ours = Ours(conv, Pixels(1, 1, at::kFloat));
  EXPECT_EQ(conv->weight.grad().strides(), conv->weight.strides());
  EXPECT_EQ(ours.weight_gradient.count_nonzero().item<int64_t>(), 6 * 4);
  EXPECT_EQ(ours.weight_gradient.select(2, 1).select(2, 1).count_nonzero().item<int64_t>(), 6 * 4);
}

TEST(ConvolveTest, UnderAutocastItComputesInBf16) {
  nn::Conv2d conv = Conv(3, 1, 1, at::kFloat);
  const at::Tensor x = Pixels(1, 1, at::kFloat);
  const AutocastGuard autocast(Precision::kBf16, c10::kCPU);
  const at::Tensor y = Convolve(conv, x);
  EXPECT_EQ(y.scalar_type(), at::kBFloat16);
  EXPECT_TRUE(at::allclose(y, conv->forward(x), 0.02, 0.02));
}

}  // namespace
}  // namespace doodle
