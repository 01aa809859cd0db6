#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/model_inputs.h"
#include "cli/task_runner.h"
#include "common/shard/dataset_manifest.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct EvaluateOptions {
  ModelInputs inputs;
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
  DOODLE_ASSIGN_OR_RETURN(const ModelInputs inputs, Resolve(environment, options.inputs));
  DOODLE_RETURN_IF_ERROR(CheckSplit(environment, inputs.paths, options.split));
  v1::TaskSpec spec;
  v1::EvaluateTask& task = *spec.mutable_evaluate();
  task.set_model(inputs.model);
  task.mutable_inputs()->Add(inputs.paths.begin(), inputs.paths.end());
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
  AddModelInputs(evaluate, options->inputs, "Files or folders of drawings, or a dataset.");
  evaluate.Option(options->split, "--split", "NAME", "Which split of a dataset.");
  evaluate.Run([&environment, options] { return Evaluate(environment, *options); });
}

}  // namespace doodle
