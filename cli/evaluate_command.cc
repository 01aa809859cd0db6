#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/model_reference.h"
#include "cli/task_inputs.h"
#include "cli/task_runner.h"
#include "common/shard/dataset_manifest.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct EvaluateOptions {
  std::string model;
  std::vector<std::string> inputs;
  std::string split;
};

std::string Figures(const std::map<std::string, double>& values) {
  const auto value = [&](const std::string& name) { return values.count(name) > 0 ? values.at(name) : 0; };
  return absl::StrFormat("top1=%.4f top3=%.4f map3=%.4f drawings=%.0f", value("top1"), value("top3"), value("map3"),
                         value("drawings"));
}

// A dataset is evaluated by split: all of it would mix in what the model was trained on.
absl::Status CheckSplit(const Environment& environment, const std::vector<std::string>& inputs,
                        const std::string& split) {
  for (const std::string& input : inputs) {
    const bool dataset = environment.files.Exists(absl::StrCat(input, "/", kManifestFile));
    if (dataset && split.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(input, " is a dataset: say which split, as in --split valid"));
    }
    if (!dataset && !split.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("--split: ", input, " is not a dataset"));
    }
  }
  return absl::OkStatus();
}

absl::Status Evaluate(Environment& environment, const EvaluateOptions& options) {
  v1::TaskSpec spec;
  v1::EvaluateTask& task = *spec.mutable_evaluate();
  DOODLE_ASSIGN_OR_RETURN(*task.mutable_model(), ResolveModel(environment, options.model, /*bare=*/false), "--model");
  DOODLE_ASSIGN_OR_RETURN(const std::vector<std::string> inputs, TaskInputs(environment, options.inputs));
  DOODLE_RETURN_IF_ERROR(CheckSplit(environment, inputs, options.split));
  task.mutable_inputs()->Add(inputs.begin(), inputs.end());
  task.set_split(options.split);
  DOODLE_ASSIGN_OR_RETURN(const v1::TaskResult result, RunTask(environment, "evaluate", "evaluating", spec));
  const std::map<std::string, double> values(result.values().begin(), result.values().end());
  environment.console.Data(environment.console.json() ? nlohmann::json(values).dump() : Figures(values));
  return absl::OkStatus();
}

}  // namespace

void AddEvaluateCommand(Command root, Environment& environment) {
  auto options = std::make_shared<EvaluateOptions>();
  Command evaluate = root.Add({"evaluate"}, "Top-1, top-3 and MAP@3 of a model on labeled drawings.",
                              "doodle evaluate --model job:quick@best data/quick --split valid\n"
                              "doodle evaluate --model quick.pth cat.ndjson house.ndjson");
  evaluate.RequiredOption(options->model, "-m,--model", "MODEL",
                          "A checkpoint directory, a .safetensors or .pth export, or job:NAME@best.");
  evaluate.Arguments(options->inputs, "PATH", "Files or folders of drawings, or a dataset.");
  evaluate.Option(options->split, "--split", "NAME", "Which split of a dataset.");
  evaluate.Run([&environment, options] { return Evaluate(environment, *options); });
}

}  // namespace doodle
