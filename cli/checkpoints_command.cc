#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/job_description.h"
#include "cli/json_text.h"
#include "cli/model_reference.h"
#include "cli/proto_json.h"
#include "cli/task_runner.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct CheckpointOptions {
  std::string job;
  std::string checkpoint;
  std::string out;
};

absl::Status ListCheckpoints(Environment& environment, const std::string& job) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<v1::CheckpointRecord> checkpoints, client->ListCheckpoints(job));
  Console& console = environment.console;
  if (console.json()) {
    console.Data(ProtoJsonList("checkpoints", checkpoints));
  } else if (checkpoints.empty()) {
    console.Message(absl::StrCat("job ", job, " has no checkpoint yet"));
  } else {
    console.Data(absl::string_view(DescribeCheckpoints(checkpoints)).substr(1));
  }
  return absl::OkStatus();
}

std::string ManifestJson(const std::string& directory, const CheckpointManifest& manifest) {
  nlohmann::ordered_json json = {{"directory", directory},
                                 {"job", manifest.job},
                                 {"generation", manifest.tag.generation},
                                 {"nextStep", manifest.tag.next_step},
                                 {"parametersDigest", manifest.parameters_digest},
                                 {"optimizerDigest", manifest.optimizer_digest},
                                 {"files", nlohmann::ordered_json::array()},
                                 {"ok", true}};
  for (const CheckpointFile& file : manifest.files) {
    json["files"].push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  return JsonText(json);
}

absl::Status Verify(Environment& environment, const std::string& reference) {
  DOODLE_ASSIGN_OR_RETURN(const std::string directory, ResolveModel(environment, reference, /*bare=*/true));
  DOODLE_ASSIGN_OR_RETURN(const CheckpointManifest manifest, VerifyCheckpoint(environment.files, directory));
  uint64_t bytes = 0;
  for (const CheckpointFile& file : manifest.files) bytes += file.bytes;
  environment.console.Data(environment.console.json()
                               ? ManifestJson(directory, manifest)
                               : absl::StrCat(directory, ": ok, ", manifest.files.size(), " files, ", BytesText(bytes),
                                              ", job ", manifest.job, ", next step ",
                                              CountText(manifest.tag.next_step)));
  return absl::OkStatus();
}

absl::Status Export(Environment& environment, const CheckpointOptions& options) {
  if (!absl::EndsWith(options.out, ".pth") && !absl::EndsWith(options.out, ".safetensors")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--out: \"", options.out, "\" ends neither in .pth nor in .safetensors"));
  }
  v1::TaskSpec spec;
  DOODLE_ASSIGN_OR_RETURN(*spec.mutable_export_()->mutable_checkpoint(),
                          ResolveModel(environment, options.checkpoint, /*bare=*/true));
  spec.mutable_export_()->set_output(AbsolutePath(environment, options.out));
  DOODLE_ASSIGN_OR_RETURN(const v1::TaskResult result, RunTask(environment, "export", "exporting", spec));
  if (environment.console.json()) {
    environment.console.Data(ProtoJson(result));
    return absl::OkStatus();
  }
  for (const std::string& file : result.files()) environment.console.Data(file);
  return absl::OkStatus();
}

}  // namespace

void AddCheckpointsCommand(Command root, Environment& environment) {
  auto options = std::make_shared<CheckpointOptions>();
  const std::string which = "JOB@best, JOB@latest, JOB@NAME, or a checkpoint's directory.";
  Command checkpoints = root.Add({"checkpoints", "checkpoint"}, "Checkpoints of jobs.",
                                 "doodle checkpoints ls quick\n"
                                 "doodle checkpoints export quick@best --out quick.pth");
  Command list = checkpoints.Add({"ls"}, "Checkpoints of a job.", "doodle checkpoints ls quick");
  list.Argument(options->job, "JOB", "Its id.");
  list.Run([&environment, options] { return ListCheckpoints(environment, options->job); });
  Command verify = checkpoints.Add({"verify"}, "Compares every file with the manifest's size and sha256.",
                                   "doodle checkpoints verify quick@latest");
  verify.Argument(options->checkpoint, "CHECKPOINT", which);
  verify.Run([&environment, options] { return Verify(environment, options->checkpoint); });
  Command exporter = checkpoints.Add({"export"}, "Writes the weights for PyTorch and timm; X.pth comes with X.json.",
                                     "doodle checkpoints export quick@best --out quick.pth\n"
                                     "doodle checkpoints export quick@best --out quick.safetensors");
  exporter.Argument(options->checkpoint, "CHECKPOINT", which);
  exporter.RequiredOption(options->out, "-o,--out", "FILE", "X.pth or X.safetensors.");
  exporter.Run([&environment, options] { return Export(environment, *options); });
}

}  // namespace doodle
