// Where drawings to look at come from: files in any supported format, or a split of a dataset.
#ifndef DOODLE_WORKER_PREDICT_DRAWING_SOURCE_H_
#define DOODLE_WORKER_PREDICT_DRAWING_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/io/file_system.h"

namespace doodle {

// Thread-compatible.
class DrawingSource {
 public:
  virtual ~DrawingSource() = default;
  // The next drawing, in input order; false at the end. Any error is final and names its place.
  virtual absl::StatusOr<bool> Next(Drawing& drawing) = 0;
  // How far it is, in a unit of its own (bytes of files, drawings of a dataset).
  virtual uint64_t done() const = 0;
  virtual uint64_t total() const = 0;
};

// Files and folders. A line that cannot be read is an error, unlike at ingest: every drawing must get its answer.
absl::StatusOr<std::unique_ptr<DrawingSource>> OpenDrawingFiles(FileSystem& files,
                                                                const std::vector<std::string>& paths);

// The drawings of `split` in the dataset at `directory` that belong to one of `classes`. INVALID_ARGUMENT for an
// unknown split, FAILED_PRECONDITION when there are none.
absl::StatusOr<std::unique_ptr<DrawingSource>> OpenDatasetSplit(FileSystem& files, const std::string& directory,
                                                                const std::string& split,
                                                                const std::vector<std::string>& classes);

}  // namespace doodle

#endif  // DOODLE_WORKER_PREDICT_DRAWING_SOURCE_H_
