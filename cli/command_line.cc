#include "cli/command_line.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/exit_code.h"

namespace doodle {

namespace {

void AddCommands(Command root, Environment& environment) {
  AddUpCommand(root, environment);
  AddIngestCommand(root, environment);
  AddDatasetsCommand(root, environment);
  AddInitCommand(root, environment);
  AddSubmitCommand(root, environment);
  AddJobsCommand(root, environment);
  AddWorkersCommand(root, environment);
  AddCheckpointsCommand(root, environment);
  AddEvaluateCommand(root, environment);
  AddPredictCommand(root, environment);
  AddAuditCommand(root, environment);
  AddModelsCommand(root, environment);
  AddLrCommand(root, environment);
  AddContextsCommand(root, environment);
  AddVersionCommand(root, environment);
  AddCompletionCommand(root, environment);
}

int Report(const absl::Status& status, Console& console) {
  console.ClearTransient();
  const ExitCode code = ExitCodeOf(status);
  if (code == kExitInterrupted) {
    console.Message(status.message().empty() ? "interrupted" : status.message());
  } else if (!status.ok()) {
    console.Message(absl::StrCat(console.Paint(Color::kRed, "error:"), " ", status.message()));
  }
  return code;
}

}  // namespace

int RunCommandLine(const std::vector<std::string>& arguments, Environment& environment) {
  Console& console = environment.console;
  CommandTree tree("doodle", "Train sketch recognizers on many machines, and use them.",
                   "doodle up --workers 1 --slots 2\n"
                   "doodle init quick > quick.yaml && doodle submit quick.yaml --follow",
                   [&console](const std::string& text) { console.Data(text); });
  bool json = false;
  bool version = false;
  tree.root().Option(environment.coordinator, "--coordinator", "HOST:PORT", "Address of the coordinator.");
  tree.root().Flag(json, "--json", "JSON on standard output.");
  tree.root().Flag(version, "--version", "Same as `doodle version`.");
  AddCommands(tree.root(), environment);
  if (arguments.empty()) return RunCommandLine({"-h"}, environment);
  std::vector<std::string> words = arguments;
  if (words.front() == "--complete-words") {
    console.Data(absl::StrJoin(tree.Completions({words.begin() + 1, words.end()}), "\n"));
    return kExitDone;
  }
  if (words.front() == "--version") words.front() = "version";
  absl::StatusOr<Command::Action> action = tree.Parse(words);
  if (!action.ok()) return Report(action.status(), console);
  console.set_json(json);
  return Report((*action)(), console);
}

}  // namespace doodle
