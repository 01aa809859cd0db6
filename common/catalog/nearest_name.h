// "Did you mean": the name that somebody most likely wanted to type.
#ifndef DOODLE_COMMON_CATALOG_NEAREST_NAME_H_
#define DOODLE_COMMON_CATALOG_NEAREST_NAME_H_

#include <span>
#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

// Insertions, deletions, substitutions and swaps of neighbors that turn one name into the other, case ignored
// (optimal string alignment).
int EditDistance(absl::string_view a, absl::string_view b);

// The nearest of `names`, the first on a tie; empty when none is within a third of the letters (at least two edits and
// never all letters). Thread-safe.
std::string NearestName(absl::string_view name, std::span<const absl::string_view> names);

// `text` for an error message: control characters escaped, cut after 40 bytes (never inside a character of UTF-8).
std::string ShownText(absl::string_view text);

// The words of an error: `unknown field "epoch", did you mean "epochs"?`, or where none is near
// `unknown field "size", expected one of name, epochs`. `kind` is "field" here.
std::string UnknownName(absl::string_view kind, absl::string_view name, std::span<const absl::string_view> names);

}  // namespace doodle

#endif  // DOODLE_COMMON_CATALOG_NEAREST_NAME_H_
