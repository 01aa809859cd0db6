#include "worker/evaluate/evaluator.h"

#include "ATen/ATen.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "worker/model/state_dict.h"

namespace doodle {
namespace {

// Hands out `count` batches of `size` images, then the end or an error.
class ScriptedBatches {
 public:
  ScriptedBatches(int count, int64_t size, absl::Status end = absl::OkStatus())
      : left_(count), size_(size), end_(end) {}
  absl::StatusOr<std::optional<EvaluationBatch>> operator()() {
    if (left_-- == 0) {
      if (!end_.ok()) return end_;
      return std::optional<EvaluationBatch>();
    }
    at::Tensor pixels = at::arange(size_ * 256, at::kLong).remainder(251).to(at::kByte).view({size_, 1, 16, 16});
    return std::optional<EvaluationBatch>({pixels, at::arange(size_, at::kLong).remainder(4)});
  }

 private:
  int left_;
  const int64_t size_;
  const absl::Status end_;
};

// An evaluation leaves no trace: the same weights, statistics and mode, and no gradient graph.
TEST(EvaluatorTest, TheModelIsAsBefore) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("smallcnn", 1, 4, 1));
  ASSERT_OK_AND_ASSIGN(std::string before, DigestEntries(StateDict(*model)));
  ScriptedBatches batches(3, 5);
  ASSERT_OK_AND_ASSIGN(RankingSums sums, Evaluate(*model, {}, [&] { return batches(); }));
  EXPECT_EQ(sums.count, 15);
  EXPECT_TRUE(model->is_training());
  ASSERT_OK_AND_ASSIGN(std::string after, DigestEntries(StateDict(*model)));
  EXPECT_EQ(before, after);
  ASSERT_OK_AND_ASSIGN(at::Tensor logits, ForwardLogits(*model, at::zeros({1, 1, 16, 16}, at::kByte), {}));
  EXPECT_FALSE(logits.requires_grad());
}

// An error in the middle is passed on and the model trains on.
TEST(EvaluatorTest, AnErrorOfTheSourceIsPassedOn) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("smallcnn", 1, 4, 1));
  ScriptedBatches batches(1, 5, absl::DataLossError("block 9"));
  EXPECT_THAT(Evaluate(*model, {}, [&] { return batches(); }), StatusIs(absl::StatusCode::kDataLoss, "block 9"));
  EXPECT_TRUE(model->is_training());
}

// bf16 changes digits, not answers: float32 comes out, close to the exact logits.
TEST(EvaluatorTest, Bf16GivesNearlyTheSameLogits) {
  ASSERT_OK_AND_ASSIGN(auto model, CreateModel("smallcnn", 1, 4, 1));
  at::Tensor pixels = at::arange(2 * 256, at::kLong).remainder(251).to(at::kByte).view({2, 1, 16, 16});
  ASSERT_OK_AND_ASSIGN(at::Tensor exact, ForwardLogits(*model, pixels, {}));
  ASSERT_OK_AND_ASSIGN(at::Tensor rounded, ForwardLogits(*model, pixels, {.precision = Precision::kBf16}));
  EXPECT_EQ(rounded.scalar_type(), at::kFloat);
  EXPECT_FALSE(at::equal(exact, rounded));
  EXPECT_LT((exact - rounded).abs().max().item<double>(), 0.1 * exact.abs().max().item<double>());
}

}  // namespace
}  // namespace doodle
