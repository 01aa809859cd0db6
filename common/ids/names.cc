#include "common/ids/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

bool Allowed(char c, bool first) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || (!first && (c == '.' || c == '_' || c == '-'));
}

}  // namespace

absl::Status ValidateName(absl::string_view field, absl::string_view name) {
  if (name.empty()) return InvalidField(field, "must not be empty");
  if (name.size() > kLongestName) {
    return InvalidField(field,
                        absl::StrCat("has ", name.size(), " characters, at most ", kLongestName, " are allowed"));
  }
  for (size_t i = 0; i < name.size(); ++i) {
    if (Allowed(name[i], i == 0)) continue;
    return InvalidField(field, absl::StrCat("'", name, "' has '", name.substr(i, 1), "' at position ", i + 1,
                                            "; use letters, digits, '.', '_' and '-', a letter or digit first"));
  }
  return absl::OkStatus();
}

}  // namespace doodle
