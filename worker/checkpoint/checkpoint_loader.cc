#include "worker/checkpoint/checkpoint_loader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/weights/safetensors.h"
#include "common/weights/tensor_digest.h"
#include "worker/checkpoint/checkpoint_files.h"
#include "worker/model/state_dict.h"

namespace doodle {
namespace {

absl::Status RequireFiles(const CheckpointManifest& manifest) {
  for (const char* name : {kCheckpointModelFile, kCheckpointOptimizerFile, kCheckpointStateFile}) {
    if (!std::ranges::any_of(manifest.files, [&](const CheckpointFile& file) { return file.name == name; })) {
      return absl::DataLossError(absl::StrCat("the manifest does not list ", name));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAgainstManifest(const LoadedCheckpoint& checkpoint) {
  if (checkpoint.progress.tag != checkpoint.manifest.tag) {
    return absl::DataLossError(absl::StrCat(kCheckpointStateFile, ": tag differs from the manifest"));
  }
  if (DigestTensors(checkpoint.model) != checkpoint.manifest.parameters_digest) {
    return absl::DataLossError(absl::StrCat(kCheckpointModelFile, ": digest differs from the manifest"));
  }
  if (DigestTensors(checkpoint.optimizer) != checkpoint.manifest.optimizer_digest) {
    return absl::DataLossError(absl::StrCat(kCheckpointOptimizerFile, ": digest differs from the manifest"));
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadedCheckpoint> ReadVerified(FileSystem& files, const std::string& directory,
                                              CheckpointManifest manifest) {
  DOODLE_RETURN_IF_ERROR(RequireFiles(manifest), directory);
  LoadedCheckpoint checkpoint;
  checkpoint.manifest = std::move(manifest);
  DOODLE_ASSIGN_OR_RETURN(TensorFile model, ReadSafetensors(files, absl::StrCat(directory, "/", kCheckpointModelFile)));
  DOODLE_ASSIGN_OR_RETURN(checkpoint.metadata, MetadataFromMap(model.metadata),
                          absl::StrCat(directory, "/", kCheckpointModelFile));
  DOODLE_ASSIGN_OR_RETURN(TensorFile optimizer,
                          ReadSafetensors(files, absl::StrCat(directory, "/", kCheckpointOptimizerFile)));
  DOODLE_ASSIGN_OR_RETURN(std::string state, ReadFile(files, absl::StrCat(directory, "/", kCheckpointStateFile)));
  DOODLE_ASSIGN_OR_RETURN(checkpoint.progress, ParseProgress(state), directory);
  checkpoint.model = std::move(model.tensors);
  checkpoint.optimizer = std::move(optimizer.tensors);
  DOODLE_RETURN_IF_ERROR(CheckAgainstManifest(checkpoint), directory);
  return checkpoint;
}

}  // namespace

absl::StatusOr<LoadedCheckpoint> ReadCheckpoint(FileSystem& files, const std::string& directory) {
  DOODLE_ASSIGN_OR_RETURN(CheckpointManifest manifest, VerifyCheckpoint(files, directory));
  return ReadVerified(files, directory, std::move(manifest));
}

absl::Status ApplyCheckpoint(const LoadedCheckpoint& checkpoint, const ModelState& state) {
  const TensorEntries model = StateDict(state.model);
  const TensorEntries optimizer = state.optimizer.StateTensors();
  DOODLE_RETURN_IF_ERROR(CheckEntries(checkpoint.model, model), "checkpoint: model");
  DOODLE_RETURN_IF_ERROR(CheckEntries(checkpoint.optimizer, optimizer), "checkpoint: optimizer");
  DOODLE_RETURN_IF_ERROR(LoadEntries(checkpoint.model, model));
  DOODLE_RETURN_IF_ERROR(LoadEntries(checkpoint.optimizer, optimizer));
  state.progress = checkpoint.progress;
  return absl::OkStatus();
}

absl::Status RestoreCheckpoint(FileSystem& files, const std::string& directory, const ModelState& state) {
  DOODLE_ASSIGN_OR_RETURN(LoadedCheckpoint checkpoint, ReadCheckpoint(files, directory));
  return ApplyCheckpoint(checkpoint, state);
}

}  // namespace doodle
