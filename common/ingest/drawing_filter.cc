#include "common/ingest/drawing_filter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/catalog/nearest_name.h"
#include "common/status/status.h"

namespace doodle {

namespace {

absl::Status UnknownClass(const std::string& name, const std::vector<std::string>& words) {
  const std::vector<absl::string_view> names(words.begin(), words.end());
  const std::string nearest = NearestName(name, names);
  return InvalidField("classes",
                      absl::StrCat("no drawing of \"", ShownText(name), "\"",
                                   nearest.empty() ? "" : absl::StrCat(", did you mean \"", nearest, "\"?")));
}

}  // namespace

absl::StatusOr<FilterPass> FilterPass::Create(const DrawingFilter& filter, const std::vector<std::string>& words) {
  if (filter.limit_per_class == 0U) return InvalidField("limit_per_class", "must be at least 1");
  const uint64_t limit = filter.limit_per_class.value_or(UINT64_MAX);
  FilterPass pass;
  pass.recognized_ = filter.recognized;
  pass.room_.assign(words.size(), filter.classes.empty() ? limit : 0);
  for (const std::string& name : filter.classes) {
    const auto found = std::find(words.begin(), words.end(), name);
    if (found == words.end()) return UnknownClass(name, words);
    uint64_t& room = pass.room_[static_cast<size_t>(found - words.begin())];
    if (room != 0) return InvalidField("classes", absl::StrCat("\"", name, "\" is named twice"));
    room = limit;
  }
  return pass;
}

bool FilterPass::Keeps(uint32_t word, Drawing::Recognized recognized) {
  if (recognized_ == RecognizedChoice::kTrue && recognized != Drawing::Recognized::kTrue) return false;
  if (recognized_ == RecognizedChoice::kFalse && recognized != Drawing::Recognized::kFalse) return false;
  if (room_[word] == 0) return false;
  --room_[word];
  return true;
}

}  // namespace doodle
