#include "cli/model_inputs.h"

#include "cli/model_reference.h"
#include "cli/task_inputs.h"
#include "common/status/status.h"

namespace doodle {

void AddModelInputs(Command command, ModelInputs& into, const std::string& about_paths) {
  command.RequiredOption(into.model, "-m,--model", "MODEL",
                         "A checkpoint directory, a .safetensors or .pth export, or job:NAME@best.");
  command.Arguments(into.paths, "PATH", about_paths);
}

absl::StatusOr<ModelInputs> Resolve(const Environment& environment, const ModelInputs& typed) {
  ModelInputs resolved;
  DOODLE_ASSIGN_OR_RETURN(resolved.model, ResolveModel(environment, typed.model, /*bare=*/false), "--model");
  DOODLE_ASSIGN_OR_RETURN(resolved.paths, TaskInputs(environment, typed.paths));
  return resolved;
}

}  // namespace doodle
