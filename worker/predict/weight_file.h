// Weights with what they need to be used, from whatever holds them: a checkpoint, an export, a .pth with its .json.
#ifndef DOODLE_WORKER_PREDICT_WEIGHT_FILE_H_
#define DOODLE_WORKER_PREDICT_WEIGHT_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/checkpoint/model_metadata.h"
#include "common/io/file_system.h"
#include "common/weights/named_tensor.h"
#include "worker/model/image_model.h"

namespace doodle {

struct WeightFile {
  ModelMetadata metadata;
  std::vector<NamedTensor> tensors;
};

// `path`: a checkpoint directory (verified first), a .safetensors, or a .pth with the .json of its name beside it.
// NOT_FOUND, DATA_LOSS and PERMISSION_DENIED as their readers; FAILED_PRECONDITION for weights without metadata;
// INVALID_ARGUMENT for another kind of file.
absl::StatusOr<WeightFile> ReadWeightFile(FileSystem& files, const std::string& path);

// "X.json" of "X.pth".
std::string MetadataPath(const std::string& pth);

struct LoadedModel {
  ModelMetadata metadata;
  std::shared_ptr<ImageModel> model;  // In evaluation mode.
};

// INVALID_ARGUMENT names a tensor that does not fit the architecture and the classes that the metadata names.
absl::StatusOr<LoadedModel> LoadModel(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_WORKER_PREDICT_WEIGHT_FILE_H_
