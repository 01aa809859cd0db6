// The class lists that a job can name instead of writing them out.
//
// The names are those of the Quick, Draw! dataset by Google (CC BY 4.0,
// github.com/googlecreativelab/quickdraw-dataset).
#ifndef DOODLE_COMMON_CATALOG_CLASS_LISTS_H_
#define DOODLE_COMMON_CATALOG_CLASS_LISTS_H_

#include <optional>
#include <span>

#include "absl/strings/string_view.h"

namespace doodle {

// All 345 categories, in bytewise order.
std::span<const absl::string_view> Google345Classes();

// The 340 classes of the competition quickdraw-doodle-recognition, in bytewise order.
std::span<const absl::string_view> Kaggle340Classes();

// "kaggle340" or "google345"; empty for any other name. Thread-safe.
std::optional<std::span<const absl::string_view>> FindClassList(absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_CATALOG_CLASS_LISTS_H_
