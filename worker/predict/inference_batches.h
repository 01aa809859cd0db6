// Drawings of a source as batches of pixels, with their keys and words beside them.
#ifndef DOODLE_WORKER_PREDICT_INFERENCE_BATCHES_H_
#define DOODLE_WORKER_PREDICT_INFERENCE_BATCHES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "absl/status/statusor.h"
#include "common/checkpoint/model_metadata.h"
#include "common/render/rasterizer.h"
#include "worker/predict/drawing_source.h"

namespace doodle {

struct InferenceBatch {
  at::Tensor pixels;  // uint8 [batch, channels, size, size]
  std::vector<uint64_t> key_ids;
  std::vector<std::string> words;  // Empty: not labeled.
};

// Renders as the model's metadata says. Thread-compatible. `source` must outlive it.
class InferenceBatches {
 public:
  // INVALID_ARGUMENT when raster and channels do not belong together, or `batch` is below 1.
  static absl::StatusOr<InferenceBatches> Create(const ModelMetadata& metadata, DrawingSource& source, int batch);

  // Up to `batch` drawings; empty at the end. Errors of the source.
  absl::StatusOr<std::optional<InferenceBatch>> Next();

 private:
  InferenceBatches(Rasterizer rasterizer, DrawingSource& source, int batch)
      : rasterizer_(std::move(rasterizer)), source_(source), batch_(batch) {}

  const Rasterizer rasterizer_;
  DrawingSource& source_;
  const int batch_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_PREDICT_INFERENCE_BATCHES_H_
