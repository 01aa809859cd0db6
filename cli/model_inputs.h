// The arguments that `evaluate` and `predict` have in common: a model, and drawings to show it.
#ifndef DOODLE_CLI_MODEL_INPUTS_H_
#define DOODLE_CLI_MODEL_INPUTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command_tree.h"
#include "cli/environment.h"

namespace doodle {

struct ModelInputs {
  std::string model;
  std::vector<std::string> paths;
};

// --model and PATH...; `into` must outlive the command's action.
void AddModelInputs(Command command, ModelInputs& into, const std::string& about_paths);

// The same as absolute local paths. Errors as ResolveModel, after "--model", and as TaskInputs.
absl::StatusOr<ModelInputs> Resolve(const Environment& environment, const ModelInputs& typed);

}  // namespace doodle

#endif  // DOODLE_CLI_MODEL_INPUTS_H_
