// The lines of a job's trainers: <job>/logs/g<generation>-r<rank>.log, written by the daemons.
#ifndef DOODLE_COORDINATOR_CONTROL_LOG_TAIL_H_
#define DOODLE_COORDINATOR_CONTROL_LOG_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/io/file_system.h"

namespace doodle {

struct LogLine {
  uint64_t generation = 0;
  uint32_t rank = 0;
  std::string text;
};

// Empty for a name that is not a trainer's log.
std::optional<LogLine> ParseLogName(absl::string_view name);

// Reads at most 256 KiB of a file at a time; a longer line comes in pieces of that size. Bytes that are not UTF-8
// become "?". `files` must outlive it. Thread-compatible.
class LogTail {
 public:
  // `rank` empty: of all ranks.
  LogTail(FileSystem& files, std::string directory, std::optional<uint32_t> rank);

  // The last `count` lines, in the order of generation and rank. Once, before More.
  std::vector<LogLine> Last(size_t count);

  // The lines that were completed since the call before; new files from their beginning.
  std::vector<LogLine> More();

 private:
  std::vector<LogLine> ReadFrom(const std::string& name, uint64_t limit);

  FileSystem& files_;
  const std::string directory_;
  const std::optional<uint32_t> rank_;
  std::map<std::string, uint64_t> read_;  // Bytes by file name.
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_LOG_TAIL_H_
