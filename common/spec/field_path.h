// The path of a field as errors and --set write it: stages[0].raster.size, or stages.0.raster.size. Internal to this
// folder. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_FIELD_PATH_H_
#define DOODLE_COMMON_SPEC_FIELD_PATH_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

// A field's name or an index into the list before it.
struct PathSegment {
  std::string name;
  std::optional<size_t> index;

  bool operator==(const PathSegment&) const = default;
};

// INVALID_ARGUMENT for an empty part, a bracket without its pair, or an index that is not a number.
absl::StatusOr<std::vector<PathSegment>> ParseFieldPath(absl::string_view path);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_FIELD_PATH_H_
