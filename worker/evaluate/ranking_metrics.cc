#include "worker/evaluate/ranking_metrics.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "c10/util/Exception.h"

namespace doodle {
namespace {

// Place of `label` in the ranking, from 1. A row that holds NaN has no order: the last place and beyond.
int64_t PlaceOf(std::span<const float> logits, size_t label) {
  const float mine = logits[label];
  int64_t place = 1;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (std::isnan(logits[i])) return static_cast<int64_t>(logits.size()) + 1;
    if (logits[i] > mine || (logits[i] == mine && i < label)) ++place;
  }
  return place;
}

double CrossEntropy(std::span<const float> logits, size_t label) {
  double highest = logits[0];
  for (float logit : logits) highest = std::max(highest, static_cast<double>(logit));
  double sum = 0;
  for (float logit : logits) sum += std::exp(static_cast<double>(logit) - highest);
  return std::log(sum) + highest - static_cast<double>(logits[label]);
}

}  // namespace

RankingSums& RankingSums::operator+=(const RankingSums& other) {
  loss += other.loss;
  top1 += other.top1;
  top3 += other.top3;
  map3 += other.map3;
  count += other.count;
  return *this;
}

RankingMetrics Average(const RankingSums& sums) {
  if (sums.count == 0) return {};
  return {sums.loss / sums.count, sums.top1 / sums.count, sums.top3 / sums.count, sums.map3 / sums.count, sums.count};
}

RankingSums SumRankings(const at::Tensor& logits, const at::Tensor& labels) {
  TORCH_CHECK_VALUE(logits.dim() == 2 && logits.size(1) > 0, "logits must be [batch, classes]");
  TORCH_CHECK_VALUE(labels.dim() == 1 && labels.size(0) == logits.size(0), "labels must be [batch]");
  const at::Tensor rows = logits.detach().to(at::kCPU, at::kFloat).contiguous();
  const at::Tensor truth = labels.to(at::kCPU, at::kLong).contiguous();
  const size_t classes = static_cast<size_t>(rows.size(1));
  RankingSums sums;
  for (int64_t i = 0; i < rows.size(0); ++i) {
    std::span<const float> row(rows.const_data_ptr<float>() + i * rows.size(1), classes);
    const int64_t label = truth.const_data_ptr<int64_t>()[i];
    TORCH_CHECK_INDEX(label >= 0 && label < rows.size(1), "label ", label, " is not below ", rows.size(1));
    const int64_t place = PlaceOf(row, static_cast<size_t>(label));
    sums += {.loss = CrossEntropy(row, static_cast<size_t>(label)),
             .top1 = place == 1 ? 1.0 : 0.0,
             .top3 = place <= 3 ? 1.0 : 0.0,
             .map3 = place <= 3 ? 1.0 / static_cast<double>(place) : 0.0,
             .count = 1};
  }
  return sums;
}

}  // namespace doodle
