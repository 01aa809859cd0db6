#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/model_inputs.h"
#include "cli/proto_json.h"
#include "cli/task_runner.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct PredictOptions {
  ModelInputs inputs;
  std::string out;
  std::string probabilities;
};

absl::Status Predict(Environment& environment, const PredictOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const ModelInputs inputs, Resolve(environment, options.inputs));
  v1::TaskSpec spec;
  v1::PredictTask& task = *spec.mutable_predict();
  task.set_model(inputs.model);
  task.mutable_inputs()->Add(inputs.paths.begin(), inputs.paths.end());
  task.set_output(AbsolutePath(environment, options.out));
  if (!options.probabilities.empty()) task.set_probabilities(AbsolutePath(environment, options.probabilities));
  DOODLE_ASSIGN_OR_RETURN(const v1::TaskResult result, RunTask(environment, "predict", "predicting", spec));
  Console& console = environment.console;
  if (console.json()) {
    console.Data(ProtoJson(result));
    return absl::OkStatus();
  }
  for (const std::string& file : result.files()) console.Data(file);
  const auto drawings = result.values().find("drawings");
  if (drawings != result.values().end()) {
    console.Message(absl::StrCat("predicted ", CountText(static_cast<uint64_t>(drawings->second)), " drawings"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddPredictCommand(Command root, Environment& environment) {
  auto options = std::make_shared<PredictOptions>();
  Command predict = root.Add({"predict"}, "Writes three guesses for each drawing as CSV: key_id,word.",
                             "doodle predict --model job:quick@best test.csv --out submission.csv\n"
                             "doodle predict --model quick.pth drawings/ --out guesses.csv --probabilities p.npy");
  AddModelInputs(predict, options->inputs, "Files or folders of drawings.");
  predict.RequiredOption(options->out, "-o,--out", "FILE.csv", "Where the guesses go.");
  predict.Option(options->probabilities, "--probabilities", "FILE.npy", "All probabilities, float32.");
  predict.Run([&environment, options] { return Predict(environment, *options); });
}

}  // namespace doodle
