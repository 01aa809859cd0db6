#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/model_reference.h"
#include "cli/proto_json.h"
#include "cli/task_inputs.h"
#include "cli/task_runner.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct PredictOptions {
  std::string model;
  std::vector<std::string> inputs;
  std::string out;
  std::string probabilities;
};

absl::Status Predict(Environment& environment, const PredictOptions& options) {
  v1::TaskSpec spec;
  v1::PredictTask& task = *spec.mutable_predict();
  DOODLE_ASSIGN_OR_RETURN(*task.mutable_model(), ResolveModel(environment, options.model, /*bare=*/false), "--model");
  DOODLE_ASSIGN_OR_RETURN(const std::vector<std::string> inputs, TaskInputs(environment, options.inputs));
  task.mutable_inputs()->Add(inputs.begin(), inputs.end());
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
  predict.RequiredOption(options->model, "-m,--model", "MODEL",
                         "A checkpoint directory, a .safetensors or .pth export, or job:NAME@best.");
  predict.Arguments(options->inputs, "PATH", "Files or folders of drawings.");
  predict.RequiredOption(options->out, "-o,--out", "FILE.csv", "Where the guesses go.");
  predict.Option(options->probabilities, "--probabilities", "FILE.npy", "All probabilities, float32.");
  predict.Run([&environment, options] { return Predict(environment, *options); });
}

}  // namespace doodle
