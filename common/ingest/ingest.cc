#include "common/ingest/ingest.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/ingest/drawing_table.h"
#include "common/shard/dataset_writer.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kObserveEvery = 4096;  // Lines or drawings.
constexpr size_t kLinesInMessage = 5;

// Reads every line into `table`; bad lines into `report`.
absl::Status ReadInputs(FileSystem& files, const IngestOptions& options, const IngestObserver& observer,
                        DrawingTable& table, IngestReport& report) {
  DOODLE_ASSIGN_OR_RETURN(const auto reader, DrawingReader::Open(files, options.inputs));
  Drawing drawing;
  while (true) {
    if (observer && report.lines % kObserveEvery == 0) {
      observer({IngestPhase::kRead, reader->bytes_read(), reader->bytes_total()});
    }
    const auto more = reader->Next(drawing);
    if (!more.ok() && !absl::IsInvalidArgument(more.status())) return more.status();
    if (more.ok() && !*more) break;
    ++report.lines;
    if (more.ok() && !drawing.word.empty()) {
      table.Add(drawing);
      continue;
    }
    ++report.bad;
    if (report.bad_lines.size() < options.listed_bad_lines) {
      report.bad_lines.push_back(more.ok() ? BadLine{reader->file(), reader->line(), "no word"} : reader->bad_line());
    }
  }
  report.input_bytes = reader->bytes_total();
  if (observer) observer({IngestPhase::kRead, report.input_bytes, report.input_bytes});
  return absl::OkStatus();
}

absl::Status CheckBadShare(const IngestOptions& options, const IngestReport& report) {
  if (static_cast<double>(report.bad) <= options.max_bad_share * static_cast<double>(report.lines)) {
    return absl::OkStatus();
  }
  std::string message =
      absl::StrCat(report.bad, " of ", report.lines, " lines are bad, more than ", 100 * options.max_bad_share, " %:");
  for (size_t i = 0; i < std::min(kLinesInMessage, report.bad_lines.size()); ++i) {
    absl::StrAppend(&message, "\n  ", report.bad_lines[i].ToString());
  }
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<DatasetManifest> WriteDataset(FileSystem& files, const IngestOptions& options,
                                             const std::vector<SplitSize>& splits, const IngestObserver& observer,
                                             const DrawingTable& table) {
  DOODLE_ASSIGN_OR_RETURN(const auto writer,
                          DatasetWriter::Create(files, options.output, DatasetWriterOptions{table.Words()}));
  Drawing drawing;
  size_t next = 0;
  for (const SplitSize& split : splits) {
    DOODLE_RETURN_IF_ERROR(writer->BeginSplit(split.name));
    for (uint64_t i = 0; i < split.drawings; ++i, ++next) {
      if (observer && next % kObserveEvery == 0) observer({IngestPhase::kWrite, next, table.size()});
      table.Get(next, drawing);
      DOODLE_RETURN_IF_ERROR(writer->Append(drawing));
    }
  }
  if (observer) observer({IngestPhase::kWrite, table.size(), table.size()});
  return writer->Finish();
}

}  // namespace

absl::StatusOr<IngestReport> Ingest(FileSystem& files, const IngestOptions& options, const IngestObserver& observer) {
  if (options.output.empty()) return absl::InvalidArgumentError("no output directory");
  if (files.Exists(options.output)) return absl::AlreadyExistsError(absl::StrCat(options.output, ": already exists"));
  if (!(options.max_bad_share >= 0 && options.max_bad_share <= 1)) {
    return InvalidField("max_bad_share", "must be 0 to 1");
  }
  IngestReport report;
  DrawingTable table;
  DOODLE_RETURN_IF_ERROR(ReadInputs(files, options, observer, table, report));
  DOODLE_RETURN_IF_ERROR(CheckBadShare(options, report));
  const DuplicateCounts duplicates = table.SortAndDropDuplicates();
  report.duplicates = duplicates.dropped;
  report.relabeled = duplicates.relabeled;
  if (table.size() == 0) return absl::InvalidArgumentError("the inputs hold no drawing");
  DOODLE_ASSIGN_OR_RETURN(const auto splits, CutSplits(options.splits, table.size()));
  DOODLE_ASSIGN_OR_RETURN(report.manifest, WriteDataset(files, options, splits, observer, table), options.output);
  return report;
}

}  // namespace doodle
