// Options that the commands share which make or read datasets on this machine.
#ifndef DOODLE_CLI_DRAWING_OPTIONS_H_
#define DOODLE_CLI_DRAWING_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command_tree.h"
#include "common/ingest/drawing_filter.h"
#include "common/ingest/split_rule.h"

namespace doodle {

// --class, --recognized and --limit-per-class as written.
struct FilterOptions {
  std::vector<std::string> classes;
  std::string recognized = "any";
  std::optional<int64_t> limit_per_class;
};

// Adds them to `command`; `options` must outlive its tree.
void AddFilterOptions(Command command, FilterOptions& options);

// A class may be the name of a list ("kaggle340"). INVALID_ARGUMENT names the option.
absl::StatusOr<DrawingFilter> ToFilter(const FilterOptions& options);

// "64MiB", "1GiB", "500MB" or a number of bytes. INVALID_ARGUMENT for anything else.
absl::StatusOr<uint64_t> ParseBytes(absl::string_view text);

// The values of --split.
absl::StatusOr<std::vector<SplitRule>> ToSplitRules(const std::vector<std::string>& texts);

}  // namespace doodle

#endif  // DOODLE_CLI_DRAWING_OPTIONS_H_
