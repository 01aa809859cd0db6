#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/spec/yaml_reader.h"

namespace doodle {
namespace {

constexpr size_t kMaximumBytes = 1 << 20;

// Offset of the first byte that is not UTF-8, or the size. Protobuf refuses to parse other strings, far from here.
size_t FirstBadByte(absl::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return i;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return i;
    }
    const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    if (overlong || outside) return i;
    i += length;
  }
  return i;
}

}  // namespace

absl::StatusOr<YAML::Node> LoadYaml(absl::string_view text, absl::string_view origin) {
  if (text.size() > kMaximumBytes) {
    return absl::InvalidArgumentError(absl::StrCat(origin, ": longer than ", kMaximumBytes, " bytes"));
  }
  if (const size_t bad = FirstBadByte(text); bad < text.size()) {
    return absl::InvalidArgumentError(absl::StrCat(origin, ": byte ", bad, " is not UTF-8"));
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return YAML::Node();
    if (documents.size() > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(YamlPlace(origin, documents[1]), ": a second document; one file is one job"));
    }
    return documents[0];
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(origin, ":", error.mark.line + 1, ":", error.mark.column + 1, ": not valid YAML: ", error.msg));
  }
}

}  // namespace doodle
