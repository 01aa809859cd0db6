#include "worker/predict/predictor.h"

#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "ATen/ops/softmax.h"
#include "ATen/ops/tensor.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/evaluate/evaluator.h"
#include "worker/predict/drawing_source.h"
#include "worker/predict/inference_batches.h"
#include "worker/predict/submission.h"
#include "worker/predict/weight_file.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

EvaluatorOptions Exact(const ModelMetadata& metadata) {
  return {.normalize = metadata.raster.normalize, .precision = Precision::kFp32};
}

// float32 [batch, classes], packed.
absl::StatusOr<at::Tensor> Probabilities(const LoadedModel& loaded, const InferenceBatch& batch) {
  DOODLE_ASSIGN_OR_RETURN(at::Tensor logits, ForwardLogits(*loaded.model, batch.pixels, Exact(loaded.metadata)));
  return CatchTorch("softmax", [&]() -> absl::StatusOr<at::Tensor> {
    at::Tensor probabilities = at::softmax(logits, 1).contiguous();
    if (!std::isfinite(probabilities.sum().item<float>())) {
      return absl::InternalError("the model's outputs are no numbers: its weights are broken");
    }
    return probabilities;
  });
}

std::span<const float> Row(const at::Tensor& matrix, size_t row) {
  const size_t columns = static_cast<size_t>(matrix.size(1));
  return {matrix.const_data_ptr<float>() + row * columns, columns};
}

using LabelsByWord = std::map<std::string, int64_t>;

absl::StatusOr<at::Tensor> Labels(const InferenceBatch& batch, const LabelsByWord& labels) {
  std::vector<int64_t> values;
  for (size_t i = 0; i < batch.words.size(); ++i) {
    auto found = labels.find(batch.words[i]);
    if (found == labels.end()) {
      return absl::InvalidArgumentError(
          batch.words[i].empty()
              ? absl::StrCat("drawing ", batch.key_ids[i], " has no label")
              : absl::StrCat("drawing ", batch.key_ids[i], ": the model does not know \"", batch.words[i], "\""));
    }
    values.push_back(found->second);
  }
  return CatchTorch("labels", [&]() -> absl::StatusOr<at::Tensor> { return at::tensor(values, at::kLong); });
}

absl::StatusOr<std::unique_ptr<DrawingSource>> OpenLabeled(FileSystem& files, const EvaluateOptions& options,
                                                           const ModelMetadata& metadata) {
  if (options.split.empty()) return OpenDrawingFiles(files, options.inputs);
  if (options.inputs.size() != 1) return absl::InvalidArgumentError("a split is of one dataset directory");
  return OpenDatasetSplit(files, options.inputs[0], options.split, metadata.classes);
}

}  // namespace

absl::StatusOr<uint64_t> Predict(FileSystem& files, const PredictOptions& options, TaskProgress progress) {
  DOODLE_ASSIGN_OR_RETURN(LoadedModel loaded, LoadModel(files, options.model));
  DOODLE_ASSIGN_OR_RETURN(auto source, OpenDrawingFiles(files, options.inputs));
  DOODLE_ASSIGN_OR_RETURN(auto batches, InferenceBatches::Create(loaded.metadata, *source, options.batch));
  SubmissionBuilder submission(loaded.metadata.classes);
  NpyBuilder matrix(loaded.metadata.classes.size());
  uint64_t drawings = 0;
  while (true) {
    DOODLE_ASSIGN_OR_RETURN(std::optional<InferenceBatch> batch, batches.Next());
    if (!batch) break;
    DOODLE_ASSIGN_OR_RETURN(at::Tensor probabilities, Probabilities(loaded, *batch));
    for (size_t i = 0; i < batch->key_ids.size(); ++i) {
      submission.Add(batch->key_ids[i], Row(probabilities, i));
      if (!options.probabilities.empty()) matrix.Add(Row(probabilities, i));
    }
    drawings += batch->key_ids.size();
    progress(source->done(), source->total());
  }
  if (!options.probabilities.empty()) {
    DOODLE_RETURN_IF_ERROR(WriteFileAtomically(files, options.probabilities, matrix.Finish()));
  }
  const absl::Status written = WriteFileAtomically(files, options.output, submission.Finish());
  if (written.ok()) return drawings;
  // Probabilities without the keys of their rows are of no use, and would pass for those of an earlier run.
  if (!options.probabilities.empty()) files.RemoveAll(options.probabilities).IgnoreError();
  return written;
}

absl::StatusOr<RankingMetrics> EvaluateDrawings(FileSystem& files, const EvaluateOptions& options,
                                                TaskProgress progress) {
  DOODLE_ASSIGN_OR_RETURN(LoadedModel loaded, LoadModel(files, options.model));
  DOODLE_ASSIGN_OR_RETURN(auto source, OpenLabeled(files, options, loaded.metadata));
  DOODLE_ASSIGN_OR_RETURN(auto batches, InferenceBatches::Create(loaded.metadata, *source, options.batch));
  LabelsByWord labels;
  for (const std::string& word : loaded.metadata.classes) labels.emplace(word, static_cast<int64_t>(labels.size()));
  auto next = [&]() -> absl::StatusOr<std::optional<EvaluationBatch>> {
    progress(source->done(), source->total());
    DOODLE_ASSIGN_OR_RETURN(std::optional<InferenceBatch> batch, batches.Next());
    if (!batch) return std::optional<EvaluationBatch>();
    DOODLE_ASSIGN_OR_RETURN(at::Tensor truth, Labels(*batch, labels));
    return std::optional<EvaluationBatch>({std::move(batch->pixels), std::move(truth)});
  };
  DOODLE_ASSIGN_OR_RETURN(RankingSums sums, Evaluate(*loaded.model, Exact(loaded.metadata), next));
  if (sums.count == 0) return absl::FailedPreconditionError("there are no drawings to evaluate");
  return Average(sums);
}

}  // namespace doodle
