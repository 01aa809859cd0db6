#include "worker/torch/tensor_entry.h"

#include "ATen/ATen.h"
#include "common/weights/tensor_digest.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

TensorEntries Live() {
  at::Tensor conv = at::arange(24, at::kFloat).view({2, 3, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast);
  return {{"conv", conv}, {"count", at::scalar_tensor(5, at::kLong)}};
}

// Files hold row-major bytes; a channels-last weight must come out in the order of its indices.
TEST(TensorEntryTest, BytesAreRowMajorWhateverTheLayout) {
  ASSERT_OK_AND_ASSIGN(std::vector<NamedTensor> tensors, ToNamedTensors(Live()));
  EXPECT_EQ(tensors[0].shape, (std::vector<int64_t>{2, 3, 2, 2}));
  const float* values = reinterpret_cast<const float*>(tensors[0].data.data());
  for (int i = 0; i < 24; ++i) EXPECT_EQ(values[i], static_cast<float>(i));
  EXPECT_EQ(tensors[1], (NamedTensor{"count", TensorType::kI64, {}, std::string("\5\0\0\0\0\0\0\0", 8)}));
}

TEST(TensorEntryTest, LoadPutsValuesInPlaceAndKeepsTheLayout) {
  ASSERT_OK_AND_ASSIGN(std::vector<NamedTensor> tensors, ToNamedTensors(Live()));
  ASSERT_OK_AND_ASSIGN(TensorEntries spare, SpareLike(Live()));
  const void* memory = spare[0].tensor.data_ptr();
  ASSERT_THAT(LoadEntries(tensors, spare), IsOk());
  EXPECT_TRUE(at::equal(spare[0].tensor, Live()[0].tensor));
  EXPECT_EQ(spare[0].tensor.data_ptr(), memory);
  EXPECT_TRUE(spare[0].tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
}

// A rank compares digests of its own memory with what a file or a peer says.
TEST(TensorEntryTest, DigestOfMemoryEqualsDigestOfBytes) {
  ASSERT_OK_AND_ASSIGN(std::vector<NamedTensor> tensors, ToNamedTensors(Live()));
  ASSERT_OK_AND_ASSIGN(std::string digest, DigestEntries(Live()));
  EXPECT_EQ(digest, DigestTensors(tensors));
}

// Whatever does not fit is named, and nothing has changed by then.
TEST(TensorEntryTest, LoadChangesNothingWhenOneTensorDoesNotFit) {
  ASSERT_OK_AND_ASSIGN(const std::vector<NamedTensor> good, ToNamedTensors(Live()));
  ASSERT_OK_AND_ASSIGN(TensorEntries target, SpareLike(Live()));
  auto missing = good;
  missing.pop_back();
  auto reshaped = good;
  reshaped[1].shape = {1};
  auto retyped = good;
  retyped[1].type = TensorType::kF64;
  auto surplus = good;
  surplus.push_back({"fc", TensorType::kU8, {1}, "x"});
  const std::pair<std::vector<NamedTensor>, const char*> cases[] = {{missing, "count: is missing"},
                                                                    {reshaped, "count: has shape [1], []"},
                                                                    {retyped, "count: has another"},
                                                                    {surplus, "fc: has no place"}};
  for (const auto& [tensors, message] : cases) {
    EXPECT_THAT(LoadEntries(tensors, target), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
    EXPECT_EQ(target[0].tensor.abs().sum().item<float>(), 0);
  }
}

TEST(TensorEntryTest, CopyBetweenDifferentSetsIsRefused) {
  TensorEntries other = Live();
  other[1].name = "other";
  EXPECT_THAT(CopyEntries(Live(), other), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("count")));
}

}  // namespace
}  // namespace doodle
