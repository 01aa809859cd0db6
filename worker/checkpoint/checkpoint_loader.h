// Reads checkpoints back: verified first, into host memory, and only then over the live state.
#ifndef DOODLE_WORKER_CHECKPOINT_CHECKPOINT_LOADER_H_
#define DOODLE_WORKER_CHECKPOINT_CHECKPOINT_LOADER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/checkpoint/model_metadata.h"
#include "common/io/file_system.h"
#include "common/weights/named_tensor.h"
#include "worker/checkpoint/model_state.h"

namespace doodle {

// A whole checkpoint in host memory.
struct LoadedCheckpoint {
  CheckpointManifest manifest;
  ModelMetadata metadata;
  std::vector<NamedTensor> model;
  std::vector<NamedTensor> optimizer;
  Progress progress;
};

// NOT_FOUND without a manifest; DATA_LOSS names the file that is damaged, or the directory when tag or digest do not
// agree with what the manifest says. Nothing of a damaged checkpoint is returned.
absl::StatusOr<LoadedCheckpoint> ReadCheckpoint(FileSystem& files, const std::string& directory);

// Copies it over `state`. Every tensor is compared with its place before the first byte changes: INVALID_ARGUMENT names
// what does not fit (another architecture, other classes, another optimizer) and leaves the state as it was.
absl::Status ApplyCheckpoint(const LoadedCheckpoint& checkpoint, const ModelState& state);

// Both: what a leader does with a restore source.
absl::Status RestoreCheckpoint(FileSystem& files, const std::string& directory, const ModelState& state);

}  // namespace doodle

#endif  // DOODLE_WORKER_CHECKPOINT_CHECKPOINT_LOADER_H_
