#include "worker/predict/inference_batches.h"

#include "ATen/ops/empty.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/torch/fence.h"

namespace doodle {

absl::StatusOr<InferenceBatches> InferenceBatches::Create(const ModelMetadata& metadata, DrawingSource& source,
                                                          int batch) {
  if (batch < 1) return absl::InvalidArgumentError("batch must be at least 1");
  DOODLE_ASSIGN_OR_RETURN(Rasterizer rasterizer, Rasterizer::Create(metadata.raster), "model metadata");
  if (rasterizer.channels() != metadata.in_channels) {
    return absl::InvalidArgumentError(absl::StrCat("model metadata: the raster has ", rasterizer.channels(),
                                                   " channels, the model takes ", metadata.in_channels));
  }
  return InferenceBatches(rasterizer, source, batch);
}

absl::StatusOr<std::optional<InferenceBatch>> InferenceBatches::Next() {
  return CatchTorch("batch", [&]() -> absl::StatusOr<std::optional<InferenceBatch>> {
    InferenceBatch result;
    const int64_t size = rasterizer_.size();
    at::Tensor pixels = at::empty({batch_, rasterizer_.channels(), size, size}, at::kByte);
    uint8_t* row = pixels.mutable_data_ptr<uint8_t>();
    Drawing drawing;
    while (result.key_ids.size() < static_cast<size_t>(batch_)) {
      DOODLE_ASSIGN_OR_RETURN(bool more, source_.Next(drawing));
      if (!more) break;
      rasterizer_.Render(drawing, row);
      row += rasterizer_.bytes();
      result.key_ids.push_back(drawing.key_id);
      result.words.push_back(drawing.word);
    }
    if (result.key_ids.empty()) return std::optional<InferenceBatch>();
    result.pixels = pixels.narrow(0, 0, static_cast<int64_t>(result.key_ids.size()));
    return std::optional<InferenceBatch>(std::move(result));
  });
}

}  // namespace doodle
