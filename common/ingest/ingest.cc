#include "common/ingest/ingest.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ingest/drawing_sorter.h"
#include "common/ingest/input_unit.h"
#include "common/ingest/read_inputs.h"
#include "common/ingest/record_merger.h"
#include "common/ingest/sorted_run.h"
#include "common/io/atomic_directory.h"
#include "common/shard/dataset_writer.h"
#include "common/shard/key_order.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kObserveEvery = 4096;  // Drawings.
constexpr size_t kLinesInMessage = 5;
constexpr uint64_t kLeastMemoryPerThread = kMinimumIngestMemory / 4;

using Sorters = std::vector<std::unique_ptr<DrawingSorter>>;

absl::Status CheckOptions(FileSystem& files, const IngestOptions& options) {
  if (options.output.empty()) return absl::InvalidArgumentError("no output directory");
  if (files.Exists(options.output)) return absl::AlreadyExistsError(absl::StrCat(options.output, ": already exists"));
  if (!(options.max_bad_share >= 0 && options.max_bad_share <= 1)) {
    return InvalidField("max_bad_share", "must be 0 to 1");
  }
  if (options.memory_bytes < kMinimumIngestMemory) {
    return InvalidField("memory_bytes", absl::StrCat("must be at least ", kMinimumIngestMemory));
  }
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

absl::StatusOr<RecordMerger> OpenMerger(const Sorters& sorters) {
  std::vector<std::unique_ptr<RecordSource>> sources;
  for (const auto& sorter : sorters) {
    DOODLE_ASSIGN_OR_RETURN(auto opened, sorter->Open());
    std::move(opened.begin(), opened.end(), std::back_inserter(sources));
  }
  return RecordMerger(std::move(sources));
}

// One pass over the sorted drawings that the filter keeps.
class Pass {
 public:
  static absl::StatusOr<Pass> Open(const Sorters& sorters, const IngestOptions& options) {
    DOODLE_ASSIGN_OR_RETURN(RecordMerger merger, OpenMerger(sorters));
    DOODLE_ASSIGN_OR_RETURN(FilterPass filter, FilterPass::Create(options.filter, merger.words()));
    return Pass(std::move(merger), std::move(filter), options);
  }

  // False at the end.
  absl::StatusOr<bool> Next(SortedRecord& record) {
    while (true) {
      if (++looked_at_ % kObserveEvery == 0 && options_.canceled && options_.canceled()) {
        return absl::CancelledError("interrupted");
      }
      DOODLE_ASSIGN_OR_RETURN(const bool more, merger_.Next(record));
      if (!more || filter_.Keeps(record.word, Recognized(record))) return more;
      ++filtered_;
    }
  }

  const std::vector<std::string>& words() const { return merger_.words(); }
  const DuplicateCounts& duplicates() const { return merger_.duplicates(); }
  uint64_t filtered() const { return filtered_; }

 private:
  Pass(RecordMerger merger, FilterPass filter, const IngestOptions& options)
      : merger_(std::move(merger)), filter_(std::move(filter)), options_(options) {}

  Drawing::Recognized Recognized(const SortedRecord& record) const {
    return filter_.needs_recognized() ? RecordRecognized(record.record) : Drawing::Recognized::kUnknown;
  }

  RecordMerger merger_;
  FilterPass filter_;
  const IngestOptions& options_;
  uint64_t looked_at_ = 0;
  uint64_t filtered_ = 0;
};

// What has to be known before the first drawing is written.
struct Survey {
  uint64_t drawings = 0;
  std::vector<std::string> classes;  // Of the drawings that stay.
};

absl::StatusOr<Survey> TakeSurvey(const Sorters& sorters, const IngestOptions& options, IngestReport& report) {
  DOODLE_ASSIGN_OR_RETURN(Pass pass, Pass::Open(sorters, options));
  Survey survey;
  std::vector<bool> used(pass.words().size());
  SortedRecord record;
  while (true) {
    DOODLE_ASSIGN_OR_RETURN(const bool more, pass.Next(record));
    if (!more) break;
    ++survey.drawings;
    used[record.word] = true;
  }
  for (size_t word = 0; word < used.size(); ++word) {
    if (used[word]) survey.classes.push_back(pass.words()[word]);
  }
  report.duplicates = pass.duplicates().dropped;
  report.relabeled = pass.duplicates().relabeled;
  report.filtered = pass.filtered();
  for (const auto& sorter : sorters) report.runs += sorter->runs();
  return survey;
}

absl::Status WriteDrawings(const Sorters& sorters, const IngestOptions& options, const std::vector<SplitSize>& splits,
                           const IngestObserver& observer, uint64_t total, DatasetWriter& writer) {
  DOODLE_ASSIGN_OR_RETURN(Pass pass, Pass::Open(sorters, options));
  SortedRecord record;
  Drawing drawing;
  uint64_t written = 0;
  for (const SplitSize& split : splits) {
    DOODLE_RETURN_IF_ERROR(writer.BeginSplit(split.name));
    for (uint64_t i = 0; i < split.drawings; ++i, ++written) {
      if (observer && written % kObserveEvery == 0) observer({IngestPhase::kWrite, written, total});
      DOODLE_ASSIGN_OR_RETURN(const bool more, pass.Next(record));
      if (!more) return absl::InternalError("the second pass found fewer drawings than the first");
      drawing.key_id = KeyOfHash(record.key_hash);
      drawing.word = pass.words()[record.word];
      UnpackRecord(record.record, drawing);
      DOODLE_RETURN_IF_ERROR(writer.Append(drawing));
    }
  }
  if (observer) observer({IngestPhase::kWrite, total, total});
  return absl::OkStatus();
}

size_t ThreadsFor(const IngestOptions& options) {
  const size_t threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  return std::min<uint64_t>(threads, options.memory_bytes / kLeastMemoryPerThread);
}

Sorters MakeSorters(size_t threads, uint64_t memory_bytes, RunFolder& folder) {
  Sorters sorters;
  for (size_t i = 0; i < threads; ++i) {
    sorters.push_back(std::make_unique<DrawingSorter>(folder, memory_bytes / threads));
  }
  return sorters;
}

// Only datasets say what they hold before they are read; a mistyped class need not wait for the end of it.
absl::Status CheckClasses(const std::vector<InputUnit>& units, const DrawingFilter& filter) {
  std::vector<std::string> words;
  for (const InputUnit& unit : units) {
    if (unit.dataset == nullptr) return absl::OkStatus();
    if (unit.shard > 0) continue;
    const std::vector<std::string>& classes = unit.dataset->manifest.classes;
    words.insert(words.end(), classes.begin(), classes.end());
  }
  return FilterPass::Create(filter, words).status();
}

absl::Status ReadAll(FileSystem& files, const IngestOptions& options, const IngestObserver& observer,
                     const Sorters& sorters, IngestReport& report) {
  ReadOptions read{options.listed_bad_lines, options.canceled, nullptr};
  if (observer) {
    read.observe_bytes = [&](uint64_t done, uint64_t total) { observer({IngestPhase::kRead, done, total}); };
  }
  DOODLE_ASSIGN_OR_RETURN(const auto units, FindInputUnits(files, options.inputs, options.points, options.label));
  DOODLE_RETURN_IF_ERROR(CheckClasses(units, options.filter));
  DOODLE_ASSIGN_OR_RETURN(ReadCounts counts, ReadInputs(files, units, read, sorters));
  report.lines = counts.lines;
  report.bad = counts.bad;
  report.bad_lines = std::move(counts.bad_lines);
  report.input_bytes = counts.bytes;
  return CheckBadShare(options, report);
}

}  // namespace

// 1. Read: every thread fills a sorter, which spills sorted runs when its memory is full.
// 2. Survey: a first merge counts what stays, because splits are shares of that and labels are ranks of its words.
// 3. Write: a second merge gives the drawings in order to the writer.
absl::StatusOr<IngestReport> Ingest(FileSystem& files, const IngestOptions& options, const IngestObserver& observer) {
  DOODLE_RETURN_IF_ERROR(CheckOptions(files, options));
  DOODLE_ASSIGN_OR_RETURN(auto directory, AtomicDirectory::Create(files, options.output));
  RunFolder folder(files, absl::StrCat(directory->temporary_path(), "/sort"));
  const size_t threads = ThreadsFor(options);
  const Sorters sorters = MakeSorters(threads, options.memory_bytes, folder);
  IngestReport report;
  DOODLE_RETURN_IF_ERROR(ReadAll(files, options, observer, sorters, report));
  DOODLE_ASSIGN_OR_RETURN(const Survey survey, TakeSurvey(sorters, options, report));
  if (survey.drawings == 0) {
    return absl::InvalidArgumentError(report.filtered == 0 ? "the inputs hold no drawing"
                                                           : "no drawing of the inputs passes the filter");
  }
  DOODLE_ASSIGN_OR_RETURN(const auto splits, CutSplits(options.splits, survey.drawings));
  DatasetWriterOptions writing{survey.classes};
  writing.threads = threads;
  writing.points = options.points;
  DOODLE_ASSIGN_OR_RETURN(const auto writer, DatasetWriter::Create(std::move(directory), std::move(writing)));
  DOODLE_RETURN_IF_ERROR(WriteDrawings(sorters, options, splits, observer, survey.drawings, *writer), options.output);
  DOODLE_RETURN_IF_ERROR(folder.Remove());
  DOODLE_ASSIGN_OR_RETURN(report.manifest, writer->Finish(), options.output);
  return report;
}

}  // namespace doodle
