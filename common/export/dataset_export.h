// A dataset, or a part of it, as files that other programs read.
#ifndef DOODLE_COMMON_EXPORT_DATASET_EXPORT_H_
#define DOODLE_COMMON_EXPORT_DATASET_EXPORT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/ingest/dataset_scan.h"
#include "common/io/file_system.h"

namespace doodle {

//  - kNdjson, kBin: a file for each class, "cat.ndjson" or "cat.bin", as Google's own. Ndjson is raw or simplified as
//    the dataset; .bin takes only simplified points.
//  - kWebDataset: "drawings-000000.tar" and so on, for each drawing "<key>.json" (its line of ndjson) and "<key>.cls"
//    (the index of its word in "classes.txt", which lies beside the archives).
enum class ExportFormat { kNdjson, kBin, kWebDataset };

// "ndjson", "bin", "webdataset". INVALID_ARGUMENT for another name.
absl::StatusOr<ExportFormat> ParseExportFormat(absl::string_view name);

struct ExportOptions {
  std::string source;  // A dataset's directory.
  std::string output;  // A folder; must not exist.
  ExportFormat format = ExportFormat::kNdjson;
  ScanOptions scan;
  uint32_t drawings_per_archive = 10'000;
  std::function<bool()> canceled;  // May be null.
};

struct ExportReport {
  uint64_t drawings = 0;
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t recognized_unknown = 0;  // Drawings of which that is not known; .bin says yes of them.
};

// Called now and then with drawings looked at and in all; may be null.
using ExportProgress = std::function<void(uint64_t done, uint64_t total)>;

// In order of key hash, in each file. The folder appears whole or not at all.
//  - INVALID_ARGUMENT: nothing to export, an unknown split or class, a word that is no file name, a drawing that the
//    format cannot hold; .bin of a dataset with raw points. ALREADY_EXISTS, NOT_FOUND, DATA_LOSS, CANCELLED as for
//    other datasets.
// Memory: 64 KiB for each of at most 256 open files; with more classes the dataset is read several times.
absl::StatusOr<ExportReport> ExportDataset(FileSystem& files, const ExportOptions& options,
                                           const ExportProgress& progress = nullptr);

}  // namespace doodle

#endif  // DOODLE_COMMON_EXPORT_DATASET_EXPORT_H_
