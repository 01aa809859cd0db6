#include "common/export/dataset_export.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/export/drawing_formats.h"
#include "common/io/atomic_directory.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kBufferBytes = 64 << 10;
constexpr uint32_t kOpenFiles = 256;
constexpr uint64_t kLookUpEvery = 1024;  // Drawings between two looks at the caller.

// A file and what is not in it yet; made when the first byte comes. Thread-compatible.
class BufferedFile {
 public:
  BufferedFile(AtomicDirectory& directory, std::string name) : directory_(directory), name_(std::move(name)) {}

  std::string& buffer() { return buffer_; }

  absl::Status Flush(size_t above) {
    if (buffer_.size() <= above) return absl::OkStatus();
    if (file_ == nullptr) {
      DOODLE_ASSIGN_OR_RETURN(file_, directory_.CreateFile(name_));
    }
    bytes_ += buffer_.size();
    absl::Status status = file_->Append(buffer_);
    buffer_.clear();
    return status;
  }

  absl::Status Close(ExportReport& report) {
    DOODLE_RETURN_IF_ERROR(Flush(0));
    if (file_ == nullptr) return absl::OkStatus();
    ++report.files;
    report.bytes += bytes_;
    return file_->Close();
  }

 private:
  AtomicDirectory& directory_;
  const std::string name_;
  std::string buffer_;
  std::unique_ptr<WritableFile> file_;
  uint64_t bytes_ = 0;
};

// The scan's drawings, each given to `take` with its label.
template <typename Take>
absl::Status ForEach(DatasetScan& scan, const ExportOptions& options, const ExportProgress& progress, Take take) {
  Drawing drawing;
  for (uint64_t count = 0;; ++count) {
    if (count % kLookUpEvery == 0) {
      if (options.canceled && options.canceled()) return absl::CancelledError("interrupted");
      if (progress) progress(std::min(scan.rows_seen(), scan.manifest().drawings), scan.manifest().drawings);
    }
    DOODLE_ASSIGN_OR_RETURN(const bool more, scan.Next(drawing));
    if (!more) return absl::OkStatus();
    DOODLE_RETURN_IF_ERROR(take(drawing, scan.label()));
  }
}

void Count(const Drawing& drawing, ExportReport& report) {
  ++report.drawings;
  report.recognized_unknown += static_cast<uint64_t>(drawing.recognized == Drawing::Recognized::kUnknown);
}

absl::Status CheckFormat(const ExportOptions& options, const DatasetManifest& manifest) {
  if (options.format != ExportFormat::kBin || manifest.points == PointsKind::kSimplified) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      options.source,
      " has raw points, and .bin holds whole numbers of 0 to 255: export ndjson, or ingest without --raw"));
}

absl::Status CheckFileNames(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.empty() || absl::StrContains(word, "/") || absl::StartsWith(word, ".")) {
      return absl::InvalidArgumentError(absl::StrCat("class \"", word, "\" is no name for a file"));
    }
  }
  return absl::OkStatus();
}

// The classes [first, end) of the dataset, a file for each.
absl::Status WriteClasses(DatasetScan& scan, const ExportOptions& options, const ExportProgress& progress,
                          uint32_t first, AtomicDirectory& directory, ExportReport& report) {
  const std::vector<std::string>& words = scan.manifest().classes;
  const uint32_t end = std::min(first + kOpenFiles, static_cast<uint32_t>(words.size()));
  const bool bin = options.format == ExportFormat::kBin;
  std::vector<std::unique_ptr<BufferedFile>> open;
  for (uint32_t label = first; label < end; ++label) {
    open.push_back(std::make_unique<BufferedFile>(directory, absl::StrCat(words[label], bin ? ".bin" : ".ndjson")));
  }
  const auto take = [&](const Drawing& drawing, uint32_t label) -> absl::Status {
    if (label < first || label >= end) return absl::OkStatus();
    BufferedFile& file = *open[label - first];
    Count(drawing, report);
    if (bin) DOODLE_RETURN_IF_ERROR(AppendBin(drawing, file.buffer()));
    if (!bin) AppendNdjson(drawing, file.buffer());
    return file.Flush(kBufferBytes);
  };
  DOODLE_RETURN_IF_ERROR(ForEach(scan, options, progress, take));
  for (const auto& file : open) DOODLE_RETURN_IF_ERROR(file->Close(report));
  return absl::OkStatus();
}

absl::Status WriteFilePerClass(FileSystem& files, const ExportOptions& options, const ExportProgress& progress,
                               AtomicDirectory& directory, ExportReport& report) {
  uint32_t classes = 1;
  for (uint32_t first = 0; first < classes; first += kOpenFiles) {
    DOODLE_ASSIGN_OR_RETURN(DatasetScan scan, DatasetScan::Open(files, options.source, options.scan));
    classes = static_cast<uint32_t>(scan.manifest().classes.size());
    DOODLE_RETURN_IF_ERROR(CheckFormat(options, scan.manifest()));
    DOODLE_RETURN_IF_ERROR(CheckFileNames(scan.manifest().classes));
    DOODLE_RETURN_IF_ERROR(WriteClasses(scan, options, progress, first, directory, report));
  }
  return absl::OkStatus();
}

absl::Status WriteArchives(FileSystem& files, const ExportOptions& options, const ExportProgress& progress,
                           AtomicDirectory& directory, ExportReport& report) {
  DOODLE_ASSIGN_OR_RETURN(DatasetScan scan, DatasetScan::Open(files, options.source, options.scan));
  std::unique_ptr<BufferedFile> archive;
  std::string line;
  const auto finish = [&] {
    AppendTarEnd(archive->buffer());
    return archive->Close(report);
  };
  const auto take = [&](const Drawing& drawing, uint32_t label) -> absl::Status {
    if (report.drawings % options.drawings_per_archive == 0) {
      if (archive != nullptr) DOODLE_RETURN_IF_ERROR(finish());
      const uint64_t number = report.drawings / options.drawings_per_archive;
      archive = std::make_unique<BufferedFile>(directory, absl::StrFormat("drawings-%06d.tar", number));
    }
    Count(drawing, report);
    line.clear();
    AppendNdjson(drawing, line);
    AppendTarFile(absl::StrCat(drawing.key_id, ".json"), line, archive->buffer());
    AppendTarFile(absl::StrCat(drawing.key_id, ".cls"), absl::StrCat(label), archive->buffer());
    return archive->Flush(kBufferBytes);
  };
  DOODLE_RETURN_IF_ERROR(ForEach(scan, options, progress, take));
  if (archive != nullptr) DOODLE_RETURN_IF_ERROR(finish());
  const std::string classes = absl::StrCat(absl::StrJoin(scan.manifest().classes, "\n"), "\n");
  ++report.files;
  report.bytes += classes.size();
  return directory.WriteFile("classes.txt", classes);
}

}  // namespace

absl::StatusOr<ExportFormat> ParseExportFormat(absl::string_view name) {
  if (name == "ndjson") return ExportFormat::kNdjson;
  if (name == "bin") return ExportFormat::kBin;
  if (name == "webdataset") return ExportFormat::kWebDataset;
  return absl::InvalidArgumentError(absl::StrCat("format \"", name, "\" is none of ndjson, bin, webdataset"));
}

absl::StatusOr<ExportReport> ExportDataset(FileSystem& files, const ExportOptions& options,
                                           const ExportProgress& progress) {
  if (options.drawings_per_archive == 0) return InvalidField("drawings_per_archive", "must be at least 1");
  DOODLE_ASSIGN_OR_RETURN(const auto directory, AtomicDirectory::Create(files, options.output));
  ExportReport report;
  const auto write = options.format == ExportFormat::kWebDataset ? WriteArchives : WriteFilePerClass;
  DOODLE_RETURN_IF_ERROR(write(files, options, progress, *directory, report));
  if (report.drawings == 0) return absl::InvalidArgumentError("no drawing to export");
  DOODLE_RETURN_IF_ERROR(directory->Commit());
  return report;
}

}  // namespace doodle
