// The manifest of a checkpoint directory, and its verification: docs/formats/checkpoint.md.
#ifndef DOODLE_COMMON_CHECKPOINT_CHECKPOINT_MANIFEST_H_
#define DOODLE_COMMON_CHECKPOINT_CHECKPOINT_MANIFEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/history/history.h"
#include "common/io/file_system.h"

namespace doodle {

struct CheckpointFile {
  std::string name{};
  uint64_t bytes = 0;
  std::string sha256{};

  bool operator==(const CheckpointFile&) const = default;
};

struct CheckpointManifest {
  uint32_t version = 1;
  std::string job{};
  StateTag tag{};
  std::string parameters_digest{};  // StateDigest of the state that was written.
  std::string optimizer_digest{};
  std::vector<CheckpointFile> files{};  // Every file but the manifest.

  bool operator==(const CheckpointManifest&) const = default;
};

// "step-000012345-g7"
std::string CheckpointName(StateTag tag);
absl::StatusOr<StateTag> ParseCheckpointName(absl::string_view name);

std::string SerializeCheckpointManifest(const CheckpointManifest& manifest);
absl::StatusOr<CheckpointManifest> ParseCheckpointManifest(absl::string_view json);

// Reads the manifest of `directory` and compares size and sha256 of every file. NOT_FOUND without a manifest,
// DATA_LOSS names the file that differs.
absl::StatusOr<CheckpointManifest> VerifyCheckpoint(FileSystem& files, const std::string& directory);

}  // namespace doodle

#endif  // DOODLE_COMMON_CHECKPOINT_CHECKPOINT_MANIFEST_H_
