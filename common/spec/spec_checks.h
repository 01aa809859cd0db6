// The words for a value that is wrong, and the checks that say them. Internal to this folder. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_SPEC_CHECKS_H_
#define DOODLE_COMMON_SPEC_SPEC_CHECKS_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/catalog/nearest_name.h"
#include "common/status/status.h"

namespace doodle {

// A word of the job file and the value that it stands for.
template <typename T>
struct Word {
  absl::string_view text;
  T value;
};

// A table of words: the same for reading and for writing defaults.
template <typename T>
using Words = std::span<const Word<T>>;

template <typename T>
absl::StatusOr<T> ParseWord(absl::string_view path, absl::string_view text, Words<T> words) {
  std::vector<absl::string_view> names;
  for (const Word<T>& word : words) {
    if (word.text == text) return word.value;
    names.push_back(word.text);
  }
  return InvalidField(path, UnknownName("value", text, names));
}

template <typename T>
std::string WordText(T value, Words<T> words) {
  for (const Word<T>& word : words) {
    if (word.value == value) return std::string(word.text);
  }
  return "";
}

// `status` with its field moved below `prefix`: "schedule.warmup" becomes "stages[0].schedule.warmup", in the message
// and in FieldOf. A status without a field gets the prefix as a clause.
absl::Status UnderField(const absl::Status& status, absl::string_view prefix);

// UNIMPLEMENTED: `value` of a field that takes others. `supported` says which.
absl::Status UnsupportedValue(absl::string_view path, absl::string_view value, absl::string_view supported);

// INVALID_ARGUMENT outside of the range that the name says, or when not finite.
absl::Status CheckBetween(absl::string_view path, double value, double low, double high);
absl::Status CheckFromToBelow(absl::string_view path, double value, double low, double below);
absl::Status CheckAtLeast(absl::string_view path, double value, double low);
absl::Status CheckAbove(absl::string_view path, double value, double low);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_SPEC_CHECKS_H_
