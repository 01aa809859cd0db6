#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/drawing_options.h"
#include "cli/exit_code.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/output_folder.h"
#include "cli/task_inputs.h"
#include "common/ingest/ingest.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

namespace {

constexpr int64_t kMaxThreads = 256;

struct IngestCommandOptions {
  std::vector<std::string> inputs;
  std::string out;
  std::vector<std::string> splits;
  std::string max_bad = "1%";
  std::string memory = "1GiB";
  int64_t threads = 0;
  bool raw = false;
  std::string label;
  FilterOptions filter;
};

// "1%" -> 0.01
absl::StatusOr<double> Share(const std::string& text) {
  double percent = 0;
  const bool written = !text.empty() && text.back() == '%' &&
                       absl::SimpleAtod(absl::string_view(text).substr(0, text.size() - 1), &percent);
  if (written && percent >= 0 && percent <= 100) return percent / 100;
  return absl::InvalidArgumentError(absl::StrCat("--max-bad: \"", text, "\" is not a share such as 1%"));
}

void ShowProgress(Console& console, const IngestProgress& progress) {
  const bool reading = progress.phase == IngestPhase::kRead;
  const double share =
      progress.total == 0 ? 1 : static_cast<double>(progress.done) / static_cast<double>(progress.total);
  console.Transient(absl::StrFormat(
      "%s  %s of %s  %s", reading ? "reading" : "writing",
      reading ? BytesText(progress.done) : CountText(progress.done),
      reading ? BytesText(progress.total) : absl::StrCat(CountText(progress.total), " drawings"), ShareText(share)));
}

// What was skipped, on standard error: the dataset is made without it.
void ShowSkipped(Console& console, const IngestReport& report) {
  for (const BadLine& bad : report.bad_lines) {
    console.Message(absl::StrCat("skipped ", bad.ToString()));
  }
  if (report.bad > report.bad_lines.size()) {
    console.Message(absl::StrCat("skipped ", CountText(report.bad - report.bad_lines.size()), " more lines"));
  }
  if (report.duplicates > 0) {
    console.Message(absl::StrCat("dropped ", CountText(report.duplicates), " duplicates, ", CountText(report.relabeled),
                                 " of them with another word"));
  }
  if (report.manifest.clamped_drawings > 0) {
    console.Message(absl::StrCat("in ", CountText(report.manifest.clamped_drawings),
                                 " drawings a time ran back and was set to the one before it"));
  }
}

std::string Text(const std::string& directory, const IngestReport& report) {
  const DatasetManifest& manifest = report.manifest;
  std::string text = absl::StrCat(directory, ": ", CountText(manifest.drawings), " drawings, ", manifest.classes.size(),
                                  " classes, ", manifest.shards.size(), " shards (");
  for (size_t i = 0; i < manifest.splits.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", manifest.splits[i].name, " ", CountText(manifest.splits[i].drawings));
  }
  return absl::StrCat(text, ")", manifest.points == PointsKind::kRaw ? ", points as drawn" : "");
}

std::string Json(const std::string& directory, const IngestReport& report) {
  const bool raw = report.manifest.points == PointsKind::kRaw;
  nlohmann::ordered_json json = {{"uri", StorageUri(directory, "/")},
                                 {"digest", report.manifest.digest},
                                 {"drawings", report.manifest.drawings},
                                 {"classes", report.manifest.classes},
                                 {"splits", nlohmann::ordered_json::object()},
                                 {"shards", report.manifest.shards.size()},
                                 {"lines", report.lines},
                                 {"bad", report.bad},
                                 {"duplicates", report.duplicates},
                                 {"relabeled", report.relabeled},
                                 {"filtered", report.filtered},
                                 {"points", raw ? "raw" : "simplified"},
                                 {"clampedDrawings", report.manifest.clamped_drawings},
                                 {"sampleDigest", report.manifest.sample_digest},
                                 {"inputBytes", report.input_bytes},
                                 {"badLines", nlohmann::ordered_json::array()}};
  for (const SplitEntry& split : report.manifest.splits) json["splits"][split.name] = split.drawings;
  for (const BadLine& bad : report.bad_lines) {
    json["badLines"].push_back({{"file", bad.file}, {"line", bad.line}, {"reason", bad.reason}});
  }
  return JsonText(json);
}

absl::StatusOr<IngestOptions> ToOptions(Environment& environment, const IngestCommandOptions& command,
                                        const OutputFolder& output) {
  IngestOptions options;
  DOODLE_ASSIGN_OR_RETURN(options.inputs, TaskInputs(environment, command.inputs));
  options.output = output.local();
  DOODLE_ASSIGN_OR_RETURN(options.max_bad_share, Share(command.max_bad));
  DOODLE_ASSIGN_OR_RETURN(options.splits, ToSplitRules(command.splits));
  DOODLE_ASSIGN_OR_RETURN(options.filter, ToFilter(command.filter));
  DOODLE_ASSIGN_OR_RETURN(options.memory_bytes, ParseBytes(command.memory), "--memory");
  if (command.threads < 0 || command.threads > kMaxThreads) {
    return absl::InvalidArgumentError(absl::StrCat("--threads: not within 1 and ", kMaxThreads));
  }
  options.threads = static_cast<size_t>(command.threads);
  options.label = command.label;
  if (command.raw) options.points = PointsKind::kRaw;
  return options;
}

absl::Status RunIngest(Environment& environment, const IngestCommandOptions& command) {
  DOODLE_ASSIGN_OR_RETURN(const auto output, OutputFolder::Create(environment, "--out", command.out, kManifestFile));
  DOODLE_ASSIGN_OR_RETURN(IngestOptions options, ToOptions(environment, command, *output));
  Console& console = environment.console;
  const Interrupt interrupt;
  options.canceled = [&] { return interrupt.raised(); };
  const auto observer = [&](const IngestProgress& progress) { ShowProgress(console, progress); };
  const auto report = Ingest(environment.files, options, observer);
  console.ClearTransient();
  if (absl::IsCancelled(report.status())) return Interrupted("interrupted; nothing was written");
  DOODLE_RETURN_IF_ERROR(report.status());
  const absl::Status published = output->Publish(environment, interrupt);
  if (absl::IsCancelled(published)) return Interrupted("interrupted; nothing was written");
  DOODLE_RETURN_IF_ERROR(published);
  ShowSkipped(console, *report);
  console.Data(console.json() ? Json(output->path(), *report) : Text(output->path(), *report));
  return absl::OkStatus();
}

}  // namespace

void AddIngestCommand(Command root, Environment& environment) {
  auto options = std::make_shared<IngestCommandOptions>();
  Command ingest = root.Add({"ingest"}, "Turns files of drawings into a dataset, on this machine.",
                            "doodle ingest drawings/ --out dataset --split valid=10%\n"
                            "doodle ingest cat.ndjson house.ndjson.gz --out file:///data/two");
  ingest.Arguments(options->inputs, "PATH",
                   "Files, folders or zip archives of drawings, A.zip:MEMBER, or datasets to merge and filter.");
  ingest.RequiredOption(options->out, "-o,--out", "URI",
                        "The dataset's directory or s3://bucket/prefix; must not exist.");
  ingest.Options(options->splits, "--split", "NAME=SIZE",
                 "Cut from the lowest key hashes in the order given: 10% or a number; the rest is `train`.");
  ingest.Option(options->label, "--label", "WORD",
                "Of drawings without a word: test tables, and .bin and .npz in place of their names'.");
  ingest.Option(options->max_bad, "--max-bad", "SHARE", "Fail above this share of bad lines. Default: 1%.");
  ingest.Option(options->memory, "--memory", "SIZE", "For sorting; the rest is on disk meanwhile. Default: 1GiB.");
  ingest.Option(options->threads, "--threads", "N", "That read and compress. Default: one a core.");
  ingest.Flag(options->raw, "--raw", "Keep all points of raw drawings as drawn, with times; no simplified inputs.");
  AddFilterOptions(ingest, options->filter);
  ingest.Run([&environment, options] { return RunIngest(environment, *options); });
}

}  // namespace doodle
