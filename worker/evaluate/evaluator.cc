#include "worker/evaluate/evaluator.h"

#include "ATen/core/grad_mode.h"
#include "common/status/status.h"
#include "worker/model/input_step.h"
#include "worker/torch/autocast.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

// Evaluation mode while it lives. Single-threaded: its creator.
class EvaluationMode {
 public:
  explicit EvaluationMode(ImageModel& model) : model_(model), was_training_(model.is_training()) {
    if (was_training_) model_.eval();
  }
  ~EvaluationMode() {
    if (was_training_) model_.train();
  }
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  ImageModel& model_;
  const bool was_training_;
};

}  // namespace

absl::StatusOr<at::Tensor> ForwardLogits(ImageModel& model, const at::Tensor& pixels, const EvaluatorOptions& options) {
  return CatchTorch("forward", [&]() -> absl::StatusOr<at::Tensor> {
    at::NoGradGuard no_grad;
    EvaluationMode evaluation(model);
    AutocastGuard autocast(options.precision, pixels.device().type());
    return model.Forward(NormalizeInput(pixels, options.normalize)).to(at::kFloat);
  });
}

absl::StatusOr<RankingSums> Evaluate(ImageModel& model, const EvaluatorOptions& options, NextEvaluationBatch next) {
  EvaluationMode evaluation(model);
  RankingSums sums;
  while (true) {
    DOODLE_ASSIGN_OR_RETURN(std::optional<EvaluationBatch> batch, next());
    if (!batch) return sums;
    DOODLE_ASSIGN_OR_RETURN(at::Tensor logits, ForwardLogits(model, batch->pixels, options));
    DOODLE_ASSIGN_OR_RETURN(RankingSums more, CatchTorch("metrics", [&]() -> absl::StatusOr<RankingSums> {
                              return SumRankings(logits, batch->labels);
                            }));
    sums += more;
  }
}

}  // namespace doodle
