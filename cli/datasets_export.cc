#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/datasets_command.h"
#include "cli/drawing_options.h"
#include "cli/exit_code.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/output_folder.h"
#include "common/export/dataset_export.h"
#include "common/status/status.h"

namespace doodle {

namespace {

struct ExportCommandOptions {
  std::string dataset;
  std::string out;
  std::string format = "ndjson";
  std::string split;
  FilterOptions filter;
};

absl::Status RunExport(Environment& environment, const ExportCommandOptions& command) {
  ExportOptions options;
  DOODLE_ASSIGN_OR_RETURN(options.format, ParseExportFormat(command.format), "--format");
  DOODLE_ASSIGN_OR_RETURN(options.source, DatasetDirectory(environment, command.dataset));
  DOODLE_ASSIGN_OR_RETURN(const auto output, OutputFolder::Create(environment, "--out", command.out, ""));
  options.output = output->local();
  options.scan.split = command.split;
  DOODLE_ASSIGN_OR_RETURN(options.scan.filter, ToFilter(command.filter));
  const Interrupt interrupt;
  options.canceled = [&] { return interrupt.raised(); };
  Console& console = environment.console;
  const auto progress = [&](uint64_t done, uint64_t total) {
    console.Transient(absl::StrCat("exporting  ", CountText(done), " of ", CountText(total), " drawings"));
  };
  const auto report = ExportDataset(environment.files, options, progress);
  console.ClearTransient();
  if (absl::IsCancelled(report.status())) return Interrupted("interrupted; nothing was written");
  DOODLE_RETURN_IF_ERROR(report.status());
  const absl::Status published = output->Publish(environment, interrupt);
  if (absl::IsCancelled(published)) return Interrupted("interrupted; nothing was written");
  DOODLE_RETURN_IF_ERROR(published);
  if (report->recognized_unknown > 0 && options.format == ExportFormat::kBin) {
    console.Message(absl::StrCat("of ", CountText(report->recognized_unknown),
                                 " drawings it is not known whether they were recognized; .bin cannot say so, they are "
                                 "written as recognized"));
  }
  if (console.json()) {
    console.Data(JsonText({{"directory", output->path()},
                           {"format", command.format},
                           {"drawings", report->drawings},
                           {"files", report->files},
                           {"bytes", report->bytes},
                           {"recognizedUnknown", report->recognized_unknown}}));
  } else {
    console.Data(absl::StrCat(output->path(), ": ", CountText(report->drawings), " drawings in ", report->files,
                              " files, ", BytesText(report->bytes)));
  }
  return absl::OkStatus();
}

}  // namespace

void AddDatasetsExportCommand(Command datasets, Environment& environment) {
  auto options = std::make_shared<ExportCommandOptions>();
  Command command = datasets.Add({"export"}, "Writes drawings as files that other programs read.",
                                 "doodle datasets export ./dataset --format ndjson --out ./drawings\n"
                                 "doodle datasets export ./dataset --format webdataset --split valid --out ./tars");
  command.Argument(options->dataset, "DATASET", "A directory or URI.");
  command.Option(options->format, "--format", "FORMAT",
                 "ndjson or bin: a file for each class; webdataset: tar archives. Default: ndjson.");
  command.RequiredOption(options->out, "-o,--out", "FOLDER", "Where the files go; must not exist.");
  command.Option(options->split, "--split", "NAME", "Only this split. Default: all.");
  AddFilterOptions(command, options->filter);
  command.Run([&environment, options] { return RunExport(environment, *options); });
}

}  // namespace doodle
