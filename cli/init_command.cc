#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "common/spec/job_templates.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct InitOptions {
  std::string name;
  std::string out;
  bool force = false;
};

absl::Status Init(Environment& environment, const InitOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const std::string text, JobTemplate(options.name));
  if (options.out.empty()) {
    environment.console.Data(environment.console.json() ? nlohmann::json({{"yaml", text}}).dump() : text);
    return absl::OkStatus();
  }
  const std::string path = AbsolutePath(environment, options.out);
  if (environment.files.Exists(path) && !options.force) {
    return absl::AlreadyExistsError(absl::StrCat(options.out, " exists; --force overwrites it"));
  }
  DOODLE_RETURN_IF_ERROR(WriteFileAtomically(environment.files, path, text));
  environment.console.Data(environment.console.json() ? JsonText(nlohmann::json({{"file", path}}), -1) : options.out);
  environment.console.Message(absl::StrCat("Next: doodle submit ", options.out, " --follow"));
  return absl::OkStatus();
}

}  // namespace

void AddInitCommand(Command root, Environment& environment) {
  auto options = std::make_shared<InitOptions>();
  Command init =
      root.Add({"init"}, "A commented job file to start from, on standard output.", "doodle init quick > quick.yaml");
  init.Argument(options->name, "TEMPLATE", "quick: resnet18 at 32 px, minutes on a laptop.");
  init.Option(options->out, "-o,--out", "FILE", "Write this file instead.");
  init.Flag(options->force, "--force", "Overwrite it if it exists.");
  init.Run([&environment, options] { return Init(environment, *options); });
}

}  // namespace doodle
