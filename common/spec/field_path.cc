#include "common/spec/field_path.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace doodle {
namespace {

std::optional<size_t> ParseIndex(absl::string_view text) {
  constexpr size_t kLargest = 1000000;
  size_t index = 0;
  if (!absl::SimpleAtoi(text, &index) || index > kLargest) return std::nullopt;
  return index;
}

absl::Status BadPath(absl::string_view path) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", path, "\" is not the path of a field, such as stages[0].epochs"));
}

}  // namespace

absl::StatusOr<std::vector<PathSegment>> ParseFieldPath(absl::string_view path) {
  std::vector<PathSegment> segments;
  for (absl::string_view part : absl::StrSplit(absl::StrReplaceAll(path, {{"[", ".["}}), '.')) {
    const bool bracketed = !part.empty() && part.front() == '[';
    if (bracketed) {
      if (part.size() < 3 || part.back() != ']') return BadPath(path);
      part = part.substr(1, part.size() - 2);
    }
    const auto index = ParseIndex(part);
    if (part.empty() || (bracketed && !index.has_value())) return BadPath(path);
    segments.push_back(index.has_value() ? PathSegment{"", index} : PathSegment{std::string(part), std::nullopt});
  }
  return segments;
}

}  // namespace doodle
