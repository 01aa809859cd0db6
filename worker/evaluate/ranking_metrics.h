// How well rankings hit the true class: loss, top-1, top-3 and MAP@3 as sums, so that slices and ranks add up.
#ifndef DOODLE_WORKER_EVALUATE_RANKING_METRICS_H_
#define DOODLE_WORKER_EVALUATE_RANKING_METRICS_H_

#include <array>

#include "ATen/core/Tensor.h"

namespace doodle {

// Sums over drawings. Plain doubles: a rank's sums can be all-reduced as they are.
struct RankingSums {
  double loss = 0;   // Cross-entropy without label smoothing, natural logarithm.
  double top1 = 0;   // Drawings whose true class is first.
  double top3 = 0;   // ... among the first three.
  double map3 = 0;   // 1, 1/2, 1/3 for the first, second, third place, else 0.
  double count = 0;  // Drawings.

  RankingSums& operator+=(const RankingSums& other);
  std::array<double, 5> ToArray() const { return {loss, top1, top3, map3, count}; }
  static RankingSums FromArray(const std::array<double, 5>& sums) {
    return {sums[0], sums[1], sums[2], sums[3], sums[4]};
  }
  bool operator==(const RankingSums&) const = default;
};

// Averages; all 0 for no drawings.
struct RankingMetrics {
  double loss = 0;
  double top1 = 0;
  double top3 = 0;
  double map3 = 0;  // "Quick, Draw! Doodle Recognition Challenge", evaluation: MAP@3 with one true class a drawing.
  double count = 0;
};

RankingMetrics Average(const RankingSums& sums);

// `logits`: float [batch, classes]; `labels`: int64 [batch]. The place of the true class is one more than the number of
// classes with a higher logit, or an equal one and a lower index; a row that holds NaN is a miss. Throws as LibTorch
// does: call inside CatchTorch. Thread-safe.
RankingSums SumRankings(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace doodle

#endif  // DOODLE_WORKER_EVALUATE_RANKING_METRICS_H_
