// One evaluation of the gang: every rank its slice of the split, one sum at the end.
#ifndef DOODLE_WORKER_TRAINER_EVALUATION_PASS_H_
#define DOODLE_WORKER_TRAINER_EVALUATION_PASS_H_

#include "absl/status/statusor.h"
#include "c10/core/Device.h"
#include "common/time/clock.h"
#include "worker/collective/process_group.h"
#include "worker/evaluate/evaluator.h"
#include "worker/evaluate/ranking_metrics.h"
#include "worker/model/image_model.h"
#include "worker/trainer/job_data.h"

namespace doodle {

struct EvaluationOptions {
  EvaluatorOptions evaluator;
  int render_threads = 1;
  uint32_t batch = 128;            // Drawings of one forward pass.
  c10::Device device = c10::kCPU;  // Where `model` is.
};

// Every rank calls it at the same step and gets the same averages, over all drawings of `stage.evaluation`. The model
// is put back in training mode, also after an error. DATA_LOSS for a damaged block; UNAVAILABLE or DEADLINE_EXCEEDED
// when the ranks' sums cannot meet; a rank whose slice is empty still takes part.
absl::StatusOr<RankingMetrics> EvaluateSplit(ImageModel& model, const StageData& stage, ProcessGroup& group,
                                             const EvaluationOptions& options, Clock& clock);

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_EVALUATION_PASS_H_
