#include "worker/evaluate/ranking_metrics.h"

#include <cmath>
#include <limits>

#include "ATen/ATen.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

RankingSums Sums(const std::vector<float>& logits, int64_t classes, const std::vector<int64_t>& labels) {
  return SumRankings(at::tensor(logits).view({-1, classes}), at::tensor(labels, at::kLong));
}

// First place 1, second 1/2, third 1/3, any other 0: the competition's measure with one true class.
TEST(RankingMetricsTest, PlacesAreWorthWhatTheCompetitionSays) {
  const std::vector<float> logits = {5, 4, 3, 2, 1};
  const double worth[] = {1, 1.0 / 2, 1.0 / 3, 0, 0};
  for (int64_t label = 0; label < 5; ++label) {
    RankingSums sums = Sums(logits, 5, {label});
    EXPECT_DOUBLE_EQ(sums.map3, worth[label]);
    EXPECT_EQ(sums.top1, label == 0 ? 1 : 0);
    EXPECT_EQ(sums.top3, label < 3 ? 1 : 0);
    EXPECT_EQ(sums.count, 1);
  }
}

// Equal logits are ranked by index, so that a constant model is not taken for a perfect one.
TEST(RankingMetricsTest, TiesGoToTheLowerIndex) {
  RankingSums sums = Sums({0, 0, 0, 0, 0, 0, 0, 0}, 4, {0, 3});
  EXPECT_EQ(sums.top1, 1);
  EXPECT_EQ(sums.map3, 1);
}

// A broken model must not look like a good one.
TEST(RankingMetricsTest, NotANumberIsAMiss) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  RankingSums sums = Sums({nan, nan, nan, 9, nan, 1}, 3, {0, 0});
  EXPECT_EQ(sums.top3, 0);
  EXPECT_EQ(sums.map3, 0);
  EXPECT_EQ(sums.count, 2);
  EXPECT_TRUE(std::isnan(sums.loss));
}

TEST(RankingMetricsTest, LossIsCrossEntropy) {
  at::Tensor logits = at::randn({6, 5});
  at::Tensor labels = at::tensor({0, 1, 2, 3, 4, 0}, at::kLong);
  double expected = at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
  EXPECT_NEAR(SumRankings(logits, labels).loss, expected, 1e-5);
  EXPECT_NEAR(Sums({1000, -1000}, 2, {1}).loss, 2000, 1e-9);  // No overflow.
}

// Slices of any size add up to the whole, so ranks can sum what they have.
TEST(RankingMetricsTest, SlicesAddUp) {
  at::Tensor logits = at::randn({7, 5});
  at::Tensor labels = at::tensor({0, 1, 2, 3, 4, 0, 1}, at::kLong);
  RankingSums whole = SumRankings(logits, labels);
  RankingSums parts = SumRankings(logits.narrow(0, 0, 3), labels.narrow(0, 0, 3));
  parts += RankingSums::FromArray(SumRankings(logits.narrow(0, 3, 4), labels.narrow(0, 3, 4)).ToArray());
  EXPECT_EQ(parts.top1, whole.top1);
  EXPECT_NEAR(parts.map3, whole.map3, 1e-12);
  EXPECT_NEAR(parts.loss, whole.loss, 1e-9);
  EXPECT_NEAR(Average(parts).map3, whole.map3 / 7, 1e-12);
  EXPECT_EQ(Average({}).map3, 0);
}

TEST(RankingMetricsTest, LabelsOutOfRangeAreRefused) {
  EXPECT_THAT(CatchTorch("metrics", [] { Sums({1, 2}, 2, {2}); }), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CatchTorch("metrics", [] { Sums({1, 2}, 2, {-1}); }), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CatchTorch("metrics", [] { Sums({1, 2}, 2, {0, 1}); }), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
