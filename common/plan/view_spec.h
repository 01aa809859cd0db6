// What a stage reads of a dataset: split, classes, filter and limit. A view's members and counts are computed from the
// shards' footers by common/plan/view.h.
#ifndef DOODLE_COMMON_PLAN_VIEW_SPEC_H_
#define DOODLE_COMMON_PLAN_VIEW_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doodle {

enum class RecognizedFilter { kAny, kTrue, kFalse };

struct ViewSpec {
  std::string split = "train";
  std::vector<std::string> classes = {};  // Names in output order; empty: every class of the dataset, in its order.
  RecognizedFilter recognized = RecognizedFilter::kAny;
  std::optional<uint64_t> limit_per_class = std::nullopt;  // The lowest key hashes of each class.

  bool operator==(const ViewSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_VIEW_SPEC_H_
