// A piece of an ingest's input that one thread reads on its own: a file of drawings, or a shard of a dataset.
#ifndef DOODLE_COMMON_INGEST_INPUT_UNIT_H_
#define DOODLE_COMMON_INGEST_INPUT_UNIT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/drawing/drawing.h"
#include "common/ingest/drawing_reader.h"
#include "common/ingest/input_files.h"
#include "common/io/file_system.h"
#include "common/shard/dataset_files.h"

namespace doodle {

struct InputUnit {
  uint64_t bytes = 0;                           // On disk.
  std::shared_ptr<const DatasetFiles> dataset;  // Null for a file.
  size_t shard = 0;
  PointsKind points = PointsKind::kSimplified;  // What its drawings are to hold.
  InputFile file = {};                          // Where `dataset` is null.
  std::string label = {};                       // Of drawings without a word; empty: those are refused.
};

// A folder with a manifest is a dataset, a unit for each shard; anything else as ExpandInputs. The order of `paths` is
// kept. Opens no shard. NOT_FOUND, INVALID_ARGUMENT as ExpandInputs; FAILED_PRECONDITION for a dataset whose points are
// not of the kind `points`; DATA_LOSS for a bad manifest. `label` is every unit's.
absl::StatusOr<std::vector<InputUnit>> FindInputUnits(FileSystem& files, const std::vector<std::string>& paths,
                                                      PointsKind points = PointsKind::kSimplified,
                                                      const std::string& label = "");

// Thread-compatible.
class UnitReader {
 public:
  virtual ~UnitReader() = default;

  // As DrawingReader::Next: false at the end; INVALID_ARGUMENT for a bad line, after which it goes on; other errors are
  // final.
  virtual absl::StatusOr<bool> Next(Drawing& drawing) = 0;
  // The line that the last INVALID_ARGUMENT was about.
  virtual BadLine bad_line() const = 0;
  // The place of the last drawing with `reason`: for a drawing that is read but not wanted.
  virtual BadLine RefusedHere(absl::string_view reason) const = 0;
  virtual uint64_t bytes_read() const = 0;
};

// `files` must outlive the reader. Memory: a decoded block, or what DrawingReader needs.
absl::StatusOr<std::unique_ptr<UnitReader>> OpenInputUnit(FileSystem& files, const InputUnit& unit);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_INPUT_UNIT_H_
