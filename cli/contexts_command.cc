#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/text_table.h"
#include "common/catalog/nearest_name.h"
#include "common/ids/names.h"
#include "common/spec/context_file.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct ContextOptions {
  std::string name;
  std::string address;
};

absl::StatusOr<ContextFile> Load(const Environment& environment) {
  return ReadContextFile(environment.files, ContextFilePath(environment.variable));
}

absl::Status ListContexts(Environment& environment) {
  DOODLE_ASSIGN_OR_RETURN(const ContextFile contexts, Load(environment));
  if (environment.console.json()) {
    nlohmann::ordered_json json = {{"current", contexts.current}, {"contexts", contexts.coordinators}};
    environment.console.Data(json.dump(2));
    return absl::OkStatus();
  }
  TextTable table({"CURRENT", "NAME", "COORDINATOR"});
  for (const auto& [name, address] : contexts.coordinators) {
    table.Add({name == contexts.current ? "*" : " ", name, address});
  }
  if (table.empty()) environment.console.Message("no contexts; add one with `doodle contexts add NAME HOST:PORT`");
  if (!table.empty()) environment.console.Data(table.Text());
  return absl::OkStatus();
}

absl::Status UseContext(Environment& environment, const std::string& name) {
  DOODLE_ASSIGN_OR_RETURN(ContextFile contexts, Load(environment));
  if (contexts.coordinators.count(name) == 0) {
    std::vector<absl::string_view> names;
    for (const auto& entry : contexts.coordinators) names.push_back(entry.first);
    return absl::NotFoundError(UnknownName("context", name, names));
  }
  contexts.current = name;
  DOODLE_RETURN_IF_ERROR(WriteContextFile(environment.files, ContextFilePath(environment.variable), contexts));
  environment.console.Message(absl::StrCat("using ", name, " at ", contexts.coordinators[name]));
  return absl::OkStatus();
}

absl::Status AddContext(Environment& environment, const ContextOptions& options) {
  DOODLE_RETURN_IF_ERROR(ValidateName("NAME", options.name));
  DOODLE_RETURN_IF_ERROR(CheckAddress(options.address));
  DOODLE_ASSIGN_OR_RETURN(ContextFile contexts, Load(environment));
  contexts.coordinators[options.name] = options.address;
  if (contexts.current.empty()) contexts.current = options.name;
  const std::string path = ContextFilePath(environment.variable);
  DOODLE_RETURN_IF_ERROR(WriteContextFile(environment.files, path, contexts));
  environment.console.Message(absl::StrCat("added ", options.name, " to ", path));
  return absl::OkStatus();
}

}  // namespace

void AddContextsCommand(Command root, Environment& environment) {
  auto options = std::make_shared<ContextOptions>();
  Command contexts = root.Add({"contexts", "context"}, "Names for coordinators' addresses.",
                              "doodle contexts add lab trainer.lab:7460\ndoodle contexts use lab");
  Command list = contexts.Add({"ls"}, "The contexts; * is the current one.", "doodle contexts ls");
  list.Run([&environment] { return ListContexts(environment); });
  Command use = contexts.Add({"use"}, "Makes a context the current one.", "doodle contexts use lab");
  use.Argument(options->name, "NAME", "A context of `doodle contexts ls`.");
  use.Run([&environment, options] { return UseContext(environment, options->name); });
  Command add = contexts.Add({"add"}, "Adds or changes a context; the first becomes the current one.",
                             "doodle contexts add lab trainer.lab:7460");
  add.Argument(options->name, "NAME", "Its name.");
  add.Argument(options->address, "HOST:PORT", "Address of the coordinator.");
  add.Run([&environment, options] { return AddContext(environment, *options); });
}

}  // namespace doodle
