// Runs a model over labeled batches and sums how well it ranks.
#ifndef DOODLE_WORKER_EVALUATE_EVALUATOR_H_
#define DOODLE_WORKER_EVALUATE_EVALUATOR_H_

#include <optional>

#include "ATen/core/Tensor.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/recipe/precision.h"
#include "common/render/raster_spec.h"
#include "worker/evaluate/ranking_metrics.h"
#include "worker/model/image_model.h"

namespace doodle {

struct EvaluationBatch {
  at::Tensor pixels;  // uint8 [batch, channels, size, size]
  at::Tensor labels;  // int64 [batch]
};

// The next batch, or nothing at the end.
using NextEvaluationBatch = absl::FunctionRef<absl::StatusOr<std::optional<EvaluationBatch>>()>;

struct EvaluatorOptions {
  RasterNormalize normalize = RasterNormalize::kUnit;
  Precision precision = Precision::kFp32;  // Resolved (worker/torch/autocast.h).
};

// Logits, float32 [batch, classes], of one batch: evaluation mode, no gradients. The mode is put back afterwards.
absl::StatusOr<at::Tensor> ForwardLogits(ImageModel& model, const at::Tensor& pixels, const EvaluatorOptions& options);

// The sums over all batches. The model is in evaluation mode meanwhile and put back as it was, also after an error;
// errors of `next` are passed on. Single-threaded: the training thread.
absl::StatusOr<RankingSums> Evaluate(ImageModel& model, const EvaluatorOptions& options, NextEvaluationBatch next);

}  // namespace doodle

#endif  // DOODLE_WORKER_EVALUATE_EVALUATOR_H_
