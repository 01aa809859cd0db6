// How users name a model or a checkpoint: a path, or job:NAME@best and its like, which a coordinator resolves.
#ifndef DOODLE_CLI_MODEL_REFERENCE_H_
#define DOODLE_CLI_MODEL_REFERENCE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/environment.h"

namespace doodle {

struct CheckpointReference {
  std::string job;
  std::string checkpoint;  // A name, `latest` or `best`.

  bool operator==(const CheckpointReference&) const = default;
};

// "job:NAME@CHECKPOINT"; with `bare` also "NAME@CHECKPOINT". Empty for anything else. Pure.
std::optional<CheckpointReference> ParseCheckpointReference(const std::string& text, bool bare);

// The absolute local path that `reference` means: that of an existing file or directory, or of a job's checkpoint.
// NOT_FOUND for a path, job or checkpoint that is not there, FAILED_PRECONDITION for a checkpoint of another machine.
// `bare` as above.
absl::StatusOr<std::string> ResolveModel(const Environment& environment, const std::string& reference, bool bare);

}  // namespace doodle

#endif  // DOODLE_CLI_MODEL_REFERENCE_H_
