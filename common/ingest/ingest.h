// From files of drawings to a dataset: read, check, sort by key hash, drop duplicates, cut into splits, write shards.
#ifndef DOODLE_COMMON_INGEST_INGEST_H_
#define DOODLE_COMMON_INGEST_INGEST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/ingest/drawing_filter.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/split_rule.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_manifest.h"

namespace doodle {

inline constexpr uint64_t kMinimumIngestMemory = 1 << 20;

struct IngestOptions {
  std::vector<std::string> inputs;              // Files, folders and zip archives of files, and datasets.
  std::string output;                           // The dataset directory; must not exist.
  PointsKind points = PointsKind::kSimplified;  // kRaw: drawings keep all points as drawn; every input must have them.
  std::vector<SplitRule> splits;                // The rest is "train".
  DrawingFilter filter;             // Of the drawings without duplicates, as a view of the whole dataset would.
  double max_bad_share = 0.01;      // Of the lines read; more bad lines than that and the ingest fails.
  size_t listed_bad_lines = 20;     // How many bad lines are kept with their reasons; all are counted.
  uint64_t memory_bytes = 1 << 30;  // For sorting, over all threads; at least kMinimumIngestMemory.
  std::string label;                // Of drawings without a word; empty: those are refused.
  size_t threads = 0;               // 0: as many as the machine has cores.
  std::function<bool()> canceled;   // Asked now and then by every thread; may be null.
};

struct IngestReport {
  uint64_t lines = 0;       // Not counting those without text; a drawing of a dataset counts as a line.
  uint64_t bad = 0;         // Skipped.
  uint64_t duplicates = 0;  // Dropped: their key_id had been seen.
  uint64_t relabeled = 0;   // Duplicates whose word differs from the kept drawing's.
  uint64_t filtered = 0;    // Left out by the filter.
  uint64_t runs = 0;        // Sorted runs that did not fit in memory.
  std::vector<BadLine> bad_lines;
  uint64_t input_bytes = 0;
  DatasetManifest manifest;  // Of the dataset written: drawings, classes, counts per split, digest.
};

enum class IngestPhase { kRead, kWrite };

// kRead: bytes of the inputs; kWrite: drawings.
struct IngestProgress {
  IngestPhase phase = IngestPhase::kRead;
  uint64_t done = 0;
  uint64_t total = 0;
};

// Called now and then from the calling thread. May be null.
using IngestObserver = std::function<void(const IngestProgress&)>;

// The dataset's bytes depend only on the set of drawings, the filter and the splits: not on the order of inputs or
// lines, the number of threads or the memory. Leaves either the whole dataset at `output` or nothing, also when it is
// canceled. What does not fit in `memory_bytes` is sorted in runs beside the dataset's files: about 120 bytes a drawing
// on top of the dataset's own size, for the time of the ingest.
//  - INVALID_ARGUMENT: too many bad lines (the message lists the first), no drawing at all, splits that do not fit,
//    options out of range, a class that no input has.
//  - FAILED_PRECONDITION: an input without points as drawn where those are wanted, a dataset of the other kind.
//  - ALREADY_EXISTS: `output` is there. NOT_FOUND: an input is not. DATA_LOSS, UNIMPLEMENTED: an input cannot be read.
//  - RESOURCE_EXHAUSTED: the disk is full, or memory_bytes is too little for the input. CANCELLED: as asked.
// Memory: `memory_bytes` and, with little dependence on the input, under 100 MiB.
absl::StatusOr<IngestReport> Ingest(FileSystem& files, const IngestOptions& options,
                                    const IngestObserver& observer = nullptr);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_INGEST_H_
