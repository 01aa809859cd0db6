// Weights out of a checkpoint, for other programs.
#ifndef DOODLE_WORKER_PREDICT_MODEL_EXPORT_H_
#define DOODLE_WORKER_PREDICT_MODEL_EXPORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

// Writes the model of `model` (as ReadWeightFile) to `output`: X.safetensors with metadata, or X.pth, the bare state
// dict that torch.load(weights_only=True) reads, with the metadata as X.json beside it. Each file appears whole or not
// at all. Returns the files written, `output` first. INVALID_ARGUMENT for another ending.
absl::StatusOr<std::vector<std::string>> ExportModel(FileSystem& files, const std::string& model,
                                                     const std::string& output);

}  // namespace doodle

#endif  // DOODLE_WORKER_PREDICT_MODEL_EXPORT_H_
