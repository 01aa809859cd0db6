// What a rank writes down before it contributes to a step: which drawings it trained on (docs/formats/sample-log.md).
// `doodle audit` reads it.
//
//     DOODLE_ASSIGN_OR_RETURN(auto log, SampleLog::Create(files, directory, {generation, rank}));
//     DOODLE_RETURN_IF_ERROR(log->Append(step, uses));   // then the reduction
#ifndef DOODLE_COMMON_AUDIT_SAMPLE_LOG_H_
#define DOODLE_COMMON_AUDIT_SAMPLE_LOG_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"

namespace doodle {

// One drawing's use. The key is that of the record whose pixels were trained on, never the plan's.
struct SampleUse {
  uint32_t lane = 0;
  uint64_t epoch = 0;  // Of the stage.
  uint64_t key_id = 0;

  auto operator<=>(const SampleUse&) const = default;
};

// Whose log it is.
struct SampleLogOwner {
  uint64_t generation = 0;
  uint32_t rank = 0;

  auto operator<=>(const SampleLogOwner&) const = default;
};

// "g3-r1.samples"; ParseSampleLogName is empty for any other name.
std::string SampleLogName(const SampleLogOwner& owner);
std::optional<SampleLogOwner> ParseSampleLogName(absl::string_view name);

// Thread-compatible. A step's line is one write, complete before Append returns; nothing is synced to disk: a process
// may die, the machine that holds the files may not.
class SampleLog {
 public:
  // Makes the directory; a log of the same owner that is there already is replaced. The errors of the file system.
  static absl::StatusOr<std::unique_ptr<SampleLog>> Create(FileSystem& files, const std::string& directory,
                                                           const SampleLogOwner& owner);

  absl::Status Append(uint64_t step, const std::vector<SampleUse>& uses);
  absl::Status AppendSkipped(uint64_t step);  // Loss scaling skipped the step; its samples count as used.

 private:
  explicit SampleLog(std::unique_ptr<WritableFile> file) : file_(std::move(file)) {}

  const std::unique_ptr<WritableFile> file_;
};

struct SampleLine {
  uint64_t step = 0;  // Global.
  bool skipped = false;
  std::vector<SampleUse> uses;
};

// Reads a log line by line. Thread-compatible.
class SampleLogReader {
 public:
  // DATA_LOSS when it is no log of `owner`.
  static absl::StatusOr<std::unique_ptr<SampleLogReader>> Open(FileSystem& files, const std::string& directory,
                                                               const SampleLogOwner& owner);

  // Empty at the end. What follows the last line break is of a writer that was killed, and is left out: it had not
  // contributed yet. DATA_LOSS names the line that is none.
  absl::StatusOr<std::optional<SampleLine>> Next();

 private:
  SampleLogReader(std::unique_ptr<RandomAccessFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  absl::StatusOr<std::optional<std::string>> NextLine();

  const std::unique_ptr<RandomAccessFile> file_;
  const std::string path_;
  std::string buffer_;
  size_t used_ = 0;      // Of the buffer.
  uint64_t offset_ = 0;  // Of what follows the buffer.
  uint64_t line_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_AUDIT_SAMPLE_LOG_H_
