#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/datasets_command.h"
#include "cli/drawing_options.h"
#include "cli/exit_code.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "common/ingest/derive_dataset.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

namespace {

struct DeriveCommandOptions {
  std::string dataset;
  std::string out;
  std::vector<std::string> splits;
  std::string keep;
  std::string drop;
  FilterOptions filter;
};

std::string Text(const std::string& directory, const DeriveReport& report) {
  std::string text = absl::StrCat(directory, ": ", CountText(report.manifest.drawings), " drawings (");
  for (size_t i = 0; i < report.manifest.splits.size(); ++i) {
    const SplitEntry& split = report.manifest.splits[i];
    absl::StrAppend(&text, i == 0 ? "" : ", ", split.name, " ", CountText(split.drawings));
  }
  return absl::StrCat(text, "), ", CountText(report.dropped), " left out; its shards are in ", report.manifest.base);
}

std::string Json(const std::string& directory, const DeriveReport& report) {
  nlohmann::ordered_json json = {{"uri", FileUri(directory, "/")},
                                 {"digest", report.manifest.digest},
                                 {"sampleDigest", report.manifest.sample_digest},
                                 {"drawings", report.manifest.drawings},
                                 {"dropped", report.dropped},
                                 {"unknownKeys", report.unknown_keys},
                                 {"base", report.manifest.base},
                                 {"splits", nlohmann::ordered_json::object()}};
  for (const SplitEntry& split : report.manifest.splits) json["splits"][split.name] = split.drawings;
  return JsonText(json);
}

absl::Status ReadKeys(Environment& environment, const DeriveCommandOptions& command, DeriveOptions& options) {
  if (!command.keep.empty()) {
    DOODLE_ASSIGN_OR_RETURN(options.keep, ReadKeyFile(environment.files, AbsolutePath(environment, command.keep)),
                            "--keep");
  }
  if (!command.drop.empty()) {
    DOODLE_ASSIGN_OR_RETURN(options.drop, ReadKeyFile(environment.files, AbsolutePath(environment, command.drop)),
                            "--drop");
  }
  return absl::OkStatus();
}

absl::Status RunDerive(Environment& environment, const DeriveCommandOptions& command, DeriveOptions options) {
  DOODLE_ASSIGN_OR_RETURN(options.source, DatasetDirectory(environment, command.dataset));
  if (IsObjectPath(options.source)) {
    return absl::UnimplementedError(absl::StrCat(
        options.source, ": a dataset in s3:// is not cut or pruned in its place; `doodle ingest` makes another of it"));
  }
  DOODLE_ASSIGN_OR_RETURN(const std::string out, LocalPath(command.out), "--out");
  options.output = AbsolutePath(environment, out);
  DOODLE_RETURN_IF_ERROR(ReadKeys(environment, command, options));
  const Interrupt interrupt;
  options.canceled = [&] { return interrupt.raised(); };
  const auto report = DeriveDataset(environment.files, options);
  if (absl::IsCancelled(report.status())) return Interrupted("interrupted; nothing was written");
  DOODLE_RETURN_IF_ERROR(report.status());
  Console& console = environment.console;
  if (report->unknown_keys > 0) {
    console.Message(absl::StrCat(CountText(report->unknown_keys), " of the keys are of no drawing of the dataset"));
  }
  console.Data(console.json() ? Json(options.output, *report) : Text(options.output, *report));
  return absl::OkStatus();
}

absl::Status RunSplit(Environment& environment, const DeriveCommandOptions& command) {
  DeriveOptions options;
  DOODLE_ASSIGN_OR_RETURN(options.splits, ToSplitRules(command.splits));
  return RunDerive(environment, command, std::move(options));
}

absl::Status RunPrune(Environment& environment, const DeriveCommandOptions& command) {
  DeriveOptions options;
  DOODLE_ASSIGN_OR_RETURN(options.filter, ToFilter(command.filter));
  if (command.keep.empty() && command.drop.empty() && options.filter.empty()) {
    return absl::InvalidArgumentError("nothing to prune by: give --keep, --drop, --class, --recognized or a limit");
  }
  return RunDerive(environment, command, std::move(options));
}

}  // namespace

void AddDatasetsDeriveCommands(Command datasets, Environment& environment) {
  auto options = std::make_shared<DeriveCommandOptions>();
  Command split = datasets.Add({"split"}, "Cuts a dataset into other splits, without a copy of its shards.",
                               "doodle datasets split ./dataset --out ./other --split valid=5% --split stack=34000");
  split.Argument(options->dataset, "DATASET", "A directory or URI; it must stay where it is.");
  split.RequiredOption(options->out, "-o,--out", "URI", "The new dataset's directory; must not exist.");
  split.Options(options->splits, "--split", "NAME=SIZE",
                "Cut from the lowest key hashes in the order given: 10% or a number; the rest is `train`.");
  split.Run([&environment, options] { return RunSplit(environment, *options); });

  Command prune = datasets.Add({"prune"}, "Leaves drawings out, by a keep-list beside the shards; splits stay.",
                               "doodle datasets prune ./dataset --out ./clean --drop bad_keys.txt\n"
                               "doodle datasets prune ./dataset --out ./ten --class cat --limit-per-class 10000");
  prune.Argument(options->dataset, "DATASET", "A directory or URI; it must stay where it is.");
  prune.RequiredOption(options->out, "-o,--out", "URI", "The new dataset's directory; must not exist.");
  prune.Option(options->keep, "--keep", "FILE", "Only these keys: one a line, alone or before a comma.");
  prune.Option(options->drop, "--drop", "FILE", "Not these keys.");
  AddFilterOptions(prune, options->filter);
  prune.Run([&environment, options] { return RunPrune(environment, *options); });
}

}  // namespace doodle
