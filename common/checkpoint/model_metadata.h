// What a weight file says about its model: the metadata of model.safetensors, and the .json beside a .pth
// (docs/formats/checkpoint.md). Without it weights cannot be used: nobody could say what goes in and what comes out.
#ifndef DOODLE_COMMON_CHECKPOINT_MODEL_METADATA_H_
#define DOODLE_COMMON_CHECKPOINT_MODEL_METADATA_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/render/raster_spec.h"

namespace doodle {

struct ModelMetadata {
  std::string arch{};                  // "resnet18"
  std::vector<std::string> classes{};  // In the order of the outputs, words with blanks.
  int in_channels = 1;
  RasterSpec raster{};
  std::string data_digest{};     // Of the dataset it was trained on; may be empty.
  std::string doodle_version{};  // That wrote it.

  bool operator==(const ModelMetadata&) const = default;
};

// Keys: format ("pt"), arch, classes (JSON list), in_channels, raster (JSON object), data_digest, doodle_version.
std::map<std::string, std::string> MetadataToMap(const ModelMetadata& metadata);

// FAILED_PRECONDITION names a missing key, INVALID_ARGUMENT one whose value cannot be read. Unknown keys are ignored.
absl::StatusOr<ModelMetadata> MetadataFromMap(const std::map<std::string, std::string>& map);

// The same keys as one JSON object of strings.
std::string MetadataToJson(const ModelMetadata& metadata);
absl::StatusOr<ModelMetadata> MetadataFromJson(absl::string_view json);

}  // namespace doodle

#endif  // DOODLE_COMMON_CHECKPOINT_MODEL_METADATA_H_
