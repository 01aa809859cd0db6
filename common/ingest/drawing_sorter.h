// Sorts any number of drawings in a given amount of memory: one per ingest thread.
#ifndef DOODLE_COMMON_INGEST_DRAWING_SORTER_H_
#define DOODLE_COMMON_INGEST_DRAWING_SORTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/ingest/drawing_record.h"
#include "common/ingest/drawing_table.h"
#include "common/ingest/sorted_run.h"

namespace doodle {

// Gathers drawings in a table; whenever it is full, sorts it and writes it to a run in `folder`, which must outlive it.
//
//     DrawingSorter sorter(folder, 64 << 20);
//     for (const Drawing& drawing : drawings) DOODLE_RETURN_IF_ERROR(sorter.Add(drawing));
//     sorter.SortRest();
//     DOODLE_ASSIGN_OR_RETURN(auto sources, sorter.Open());
//
// Thread-compatible.
class DrawingSorter {
 public:
  DrawingSorter(RunFolder& folder, uint64_t memory_bytes) : folder_(folder), memory_bytes_(memory_bytes) {}

  // INVALID_ARGUMENT beyond kMaxClasses words; RESOURCE_EXHAUSTED for a full disk or too many runs.
  absl::Status Add(const Drawing& drawing);

  // What is not in a run stays in memory. After the last Add.
  void SortRest() { table_.Sort(); }

  // The runs and the rest, each sorted. May be called again to read them once more. The sorter must outlive them.
  absl::StatusOr<std::vector<std::unique_ptr<RecordSource>>> Open() const;

  size_t runs() const { return runs_.size(); }

 private:
  RunFolder& folder_;
  const uint64_t memory_bytes_;
  DrawingTable table_;
  std::vector<std::string> runs_;  // Paths.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_SORTER_H_
