// Reads the inputs of an ingest, several at a time, into one sorter for each thread.
#ifndef DOODLE_COMMON_INGEST_READ_INPUTS_H_
#define DOODLE_COMMON_INGEST_READ_INPUTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/drawing_sorter.h"
#include "common/ingest/input_unit.h"
#include "common/io/file_system.h"

namespace doodle {

struct ReadOptions {
  size_t listed_bad_lines = 20;
  std::function<bool()> canceled;                                    // Asked by every thread; may be null.
  std::function<void(uint64_t done, uint64_t total)> observe_bytes;  // By the calling thread only; may be null.
};

struct ReadCounts {
  uint64_t lines = 0;  // Drawings and bad lines.
  uint64_t bad = 0;
  std::vector<BadLine> bad_lines;  // The first ones, in the order of the units.
  uint64_t bytes = 0;
};

// The calling thread and sorters.size() - 1 others take unit after unit; which sorter a drawing ends in is chance, the
// counts and the listed lines are not. Each sorter is sorted at the end. The first error ends all threads: the
// reader's, the sorter's, or CANCELLED.
absl::StatusOr<ReadCounts> ReadInputs(FileSystem& files, const std::vector<InputUnit>& units,
                                      const ReadOptions& options,
                                      const std::vector<std::unique_ptr<DrawingSorter>>& sorters);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_READ_INPUTS_H_
