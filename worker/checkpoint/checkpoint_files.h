// The files of a checkpoint directory, written and verified. No thread, no LibTorch: docs/formats/checkpoint.md.
#ifndef DOODLE_WORKER_CHECKPOINT_CHECKPOINT_FILES_H_
#define DOODLE_WORKER_CHECKPOINT_CHECKPOINT_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/checkpoint/model_metadata.h"
#include "common/io/file_system.h"
#include "common/weights/named_tensor.h"
#include "worker/checkpoint/model_state.h"

namespace doodle {

inline constexpr char kCheckpointModelFile[] = "model.safetensors";
inline constexpr char kCheckpointOptimizerFile[] = "optimizer.safetensors";
inline constexpr char kCheckpointStateFile[] = "state.json";
inline constexpr char kCheckpointManifestFile[] = "manifest.json";

struct CheckpointContent {
  std::string job;
  ModelMetadata metadata;
  std::vector<NamedTensor> model;
  std::vector<NamedTensor> optimizer;
  Progress progress;
};

// Writes `parent`/<name of the tag> so that it appears whole or not at all, reads it back and returns its manifest. A
// directory of this name that verifies and holds the same tensors is left as it is; a damaged one is replaced;
// ALREADY_EXISTS when it verifies but holds others. DATA_LOSS, and nothing stays, when what was read back differs.
absl::StatusOr<CheckpointManifest> WriteCheckpointFiles(FileSystem& files, const std::string& parent,
                                                        const CheckpointContent& content);

// Removes the unfinished directories in `parent` whose states are of generations below `generation`: a process that
// ended left them, or they are older than what was just written. What cannot be removed stays for the next time.
void RemoveUnfinishedCheckpoints(FileSystem& files, const std::string& parent, uint64_t generation);

}  // namespace doodle

#endif  // DOODLE_WORKER_CHECKPOINT_CHECKPOINT_FILES_H_
