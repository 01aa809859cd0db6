#include "worker/predict/weight_file.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"
#include "common/weights/safetensors.h"
#include "common/weights/torch_archive.h"
#include "worker/checkpoint/checkpoint_loader.h"
#include "worker/model/state_dict.h"

namespace doodle {
namespace {

absl::StatusOr<WeightFile> FromSafetensors(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(TensorFile file, ReadSafetensors(files, path));
  DOODLE_ASSIGN_OR_RETURN(ModelMetadata metadata, MetadataFromMap(file.metadata), path);
  return WeightFile{std::move(metadata), std::move(file.tensors)};
}

absl::StatusOr<WeightFile> FromTorchArchive(FileSystem& files, const std::string& path) {
  const std::string beside = MetadataPath(path);
  if (!files.Exists(path)) return absl::NotFoundError(absl::StrCat(path, ": no such file"));
  if (!files.Exists(beside)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", beside, " is missing; it says what goes into the model and what comes out"));
  }
  DOODLE_ASSIGN_OR_RETURN(std::string json, ReadFile(files, beside, 1 << 20));
  DOODLE_ASSIGN_OR_RETURN(ModelMetadata metadata, MetadataFromJson(json), beside);
  DOODLE_ASSIGN_OR_RETURN(TensorFile file, ReadTorchArchive(files, path));
  return WeightFile{std::move(metadata), std::move(file.tensors)};
}

absl::StatusOr<WeightFile> FromCheckpoint(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(LoadedCheckpoint checkpoint, ReadCheckpoint(files, path));
  return WeightFile{std::move(checkpoint.metadata), std::move(checkpoint.model)};
}

}  // namespace

std::string MetadataPath(const std::string& pth) { return absl::StrCat(absl::StripSuffix(pth, ".pth"), ".json"); }

absl::StatusOr<WeightFile> ReadWeightFile(FileSystem& files, const std::string& path) {
  if (absl::EndsWith(path, ".safetensors")) return FromSafetensors(files, path);
  if (absl::EndsWith(path, ".pth")) return FromTorchArchive(files, path);
  if (!files.Exists(path)) return absl::NotFoundError(absl::StrCat(path, ": no such file or directory"));
  if (files.List(path).ok()) return FromCheckpoint(files, path);
  return absl::InvalidArgumentError(absl::StrCat(path, ": not a checkpoint directory, .safetensors or .pth"));
}

absl::StatusOr<LoadedModel> LoadModel(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(WeightFile file, ReadWeightFile(files, path));
  const int64_t classes = static_cast<int64_t>(file.metadata.classes.size());
  DOODLE_ASSIGN_OR_RETURN(std::shared_ptr<ImageModel> model,
                          CreateModel(file.metadata.arch, file.metadata.in_channels, classes, /*seed=*/0), path);
  DOODLE_RETURN_IF_ERROR(LoadEntries(file.tensors, StateDict(*model)), path);
  model->eval();
  return LoadedModel{std::move(file.metadata), std::move(model)};
}

}  // namespace doodle
