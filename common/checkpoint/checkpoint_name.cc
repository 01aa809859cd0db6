#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/checkpoint/checkpoint_manifest.h"

namespace doodle {

std::string CheckpointName(StateTag tag) { return absl::StrFormat("step-%09d-g%d", tag.next_step, tag.generation); }

absl::StatusOr<StateTag> ParseCheckpointName(absl::string_view name) {
  constexpr absl::string_view kPrefix = "step-";
  size_t middle = name.rfind("-g");
  StateTag tag;
  // Written again and compared, so that each checkpoint has one name only: no signs, no blanks, no other padding.
  if (!absl::StartsWith(name, kPrefix) || middle == absl::string_view::npos || middle < kPrefix.size() ||
      !absl::SimpleAtoi(name.substr(kPrefix.size(), middle - kPrefix.size()), &tag.next_step) ||
      !absl::SimpleAtoi(name.substr(middle + 2), &tag.generation) || CheckpointName(tag) != name) {
    return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is not a checkpoint's name (step-000012345-g7)"));
  }
  return tag;
}

}  // namespace doodle
