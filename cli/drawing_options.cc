#include "cli/drawing_options.h"

#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/catalog/class_lists.h"
#include "common/status/status.h"

namespace doodle {

void AddFilterOptions(Command command, FilterOptions& options) {
  command.Options(options.classes, "--class", "NAME", "Only this class, or the list kaggle340; may be repeated.");
  command.Option(options.recognized, "--recognized", "any|true|false", "Only drawings known to be so. Default: any.");
  command.Option(options.limit_per_class, "--limit-per-class", "N", "The N lowest key hashes of each class.");
}

absl::StatusOr<DrawingFilter> ToFilter(const FilterOptions& options) {
  DrawingFilter filter;
  for (const std::string& name : options.classes) {
    const auto list = FindClassList(name);
    if (!list) filter.classes.push_back(name);
    if (list)
      for (absl::string_view of_list : *list) filter.classes.emplace_back(of_list);
  }
  if (options.recognized == "true") filter.recognized = RecognizedChoice::kTrue;
  if (options.recognized == "false") filter.recognized = RecognizedChoice::kFalse;
  if (options.recognized != "any" && filter.recognized == RecognizedChoice::kAny) {
    return absl::InvalidArgumentError(
        absl::StrCat("--recognized: \"", options.recognized, "\" is none of any, true, false"));
  }
  if (!options.limit_per_class) return filter;
  if (*options.limit_per_class < 1) return absl::InvalidArgumentError("--limit-per-class: must be at least 1");
  filter.limit_per_class = static_cast<uint64_t>(*options.limit_per_class);
  return filter;
}

absl::StatusOr<uint64_t> ParseBytes(absl::string_view text) {
  constexpr std::pair<absl::string_view, uint64_t> kUnits[] = {
      {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30},   {"TiB", 1ULL << 40},
      {"kB", 1'000},       {"MB", 1'000'000},   {"GB", 1'000'000'000}, {"B", 1}};
  absl::string_view digits = text;
  uint64_t unit = 1;
  for (const auto& [name, bytes] : kUnits) {
    if (!absl::EndsWith(text, name)) continue;
    digits.remove_suffix(name.size());
    unit = bytes;
    break;
  }
  uint64_t number = 0;
  if (!absl::SimpleAtoi(digits, &number) || number > std::numeric_limits<uint64_t>::max() / unit) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no size such as 64MiB or 1GiB"));
  }
  return number * unit;
}

absl::StatusOr<std::vector<SplitRule>> ToSplitRules(const std::vector<std::string>& texts) {
  std::vector<SplitRule> rules;
  for (const std::string& text : texts) {
    DOODLE_ASSIGN_OR_RETURN(SplitRule rule, ParseSplitRule(text), "--split");
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace doodle
