// Guesses for drawings, as the competition wants them, and how good guesses for labeled drawings are.
#ifndef DOODLE_WORKER_PREDICT_PREDICTOR_H_
#define DOODLE_WORKER_PREDICT_PREDICTOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "worker/evaluate/ranking_metrics.h"

namespace doodle {

// Called after each batch; `total` in the same unit as `done`.
using TaskProgress = absl::FunctionRef<void(uint64_t done, uint64_t total)>;

struct PredictOptions {
  std::string model;                  // As ReadWeightFile.
  std::vector<std::string> inputs{};  // Files and folders of drawings.
  std::string output{};               // CSV.
  std::string probabilities{};        // .npy; empty: none.
  int batch = 256;
};

// Writes `output`: a line "key_id,word", then a line per drawing in input order with its key and the three most
// probable words, best first, blanks as "_", separated by blanks ("Quick, Draw! Doodle Recognition Challenge",
// submission file). Writes `probabilities`: float32 [drawings, classes], rows in the same order, columns in the order
// of the model's classes. Computes in float32. Both files appear whole or neither does. Returns the number of drawings;
// INVALID_ARGUMENT names a bad line, INTERNAL tells of weights that give no numbers.
absl::StatusOr<uint64_t> Predict(FileSystem& files, const PredictOptions& options, TaskProgress progress);

struct EvaluateOptions {
  std::string model;
  std::vector<std::string> inputs{};  // Labeled drawings; with `split`, one dataset directory.
  std::string split{};
  int batch = 256;
};

// INVALID_ARGUMENT for a drawing without label or with one that the model does not know (of a dataset, only drawings of
// the model's classes are taken).
absl::StatusOr<RankingMetrics> EvaluateDrawings(FileSystem& files, const EvaluateOptions& options,
                                                TaskProgress progress);

}  // namespace doodle

#endif  // DOODLE_WORKER_PREDICT_PREDICTOR_H_
