// Sorted drawings that did not fit in memory, in a temporary file: written once, read from the start.
#ifndef DOODLE_COMMON_INGEST_SORTED_RUN_H_
#define DOODLE_COMMON_INGEST_SORTED_RUN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/ingest/drawing_record.h"
#include "common/ingest/drawing_table.h"
#include "common/io/file_system.h"

namespace doodle {

// A merge keeps every run open: 64 KiB of memory and one descriptor each.
inline constexpr size_t kMaxRuns = 512;

// The folder of an ingest's runs, made when the first one is. Thread-safe. `files` must outlive it.
class RunFolder {
 public:
  RunFolder(FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  // The path for another run. RESOURCE_EXHAUSTED beyond kMaxRuns.
  absl::StatusOr<std::string> NextPath() ABSL_LOCKS_EXCLUDED(mu_);
  // Removes all runs.
  absl::Status Remove() { return files_.RemoveAll(path_); }

  FileSystem& files() const { return files_; }

 private:
  FileSystem& files_;
  const std::string path_;
  absl::Mutex mu_;
  size_t runs_ ABSL_GUARDED_BY(mu_) = 0;
};

// Writes a sorted table to `path` in chunks of about 64 KiB, each under a CRC-32C. Errors are the file system's.
absl::Status WriteRun(FileSystem& files, const std::string& path, const DrawingTable& table);

// Memory: one chunk. `words` are the table's and must outlive the source.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenRun(FileSystem& files, const std::string& path,
                                                      const std::vector<std::string>& words);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_SORTED_RUN_H_
