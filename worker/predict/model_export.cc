#include "worker/predict/model_export.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/weights/safetensors.h"
#include "common/weights/torch_archive.h"
#include "worker/predict/weight_file.h"

namespace doodle {

absl::StatusOr<std::vector<std::string>> ExportModel(FileSystem& files, const std::string& model,
                                                     const std::string& output) {
  const bool safetensors = absl::EndsWith(output, ".safetensors");
  if (!safetensors && !absl::EndsWith(output, ".pth")) {
    return absl::InvalidArgumentError(absl::StrCat(output, ": an export ends in .safetensors or .pth"));
  }
  DOODLE_ASSIGN_OR_RETURN(WeightFile weights, ReadWeightFile(files, model));
  TensorFile file{std::move(weights.tensors), MetadataToMap(weights.metadata)};
  if (safetensors) {
    DOODLE_RETURN_IF_ERROR(WriteFileAtomically(files, output, SerializeSafetensors(file)));
    return std::vector<std::string>{output};
  }
  // The metadata first: there is never a new .pth beside no or old metadata.
  const std::string beside = MetadataPath(output);
  DOODLE_RETURN_IF_ERROR(WriteFileAtomically(files, beside, MetadataToJson(weights.metadata)));
  DOODLE_RETURN_IF_ERROR(WriteFileAtomically(files, output, SerializeTorchArchive(file)));
  return std::vector<std::string>{output, beside};
}

}  // namespace doodle
