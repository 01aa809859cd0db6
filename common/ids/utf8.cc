#include "common/ids/utf8.h"

namespace doodle {

size_t FirstInvalidUtf8(absl::string_view text) {
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

std::string ReplaceInvalidUtf8(std::string text) {
  const absl::string_view all = text;
  for (size_t bad = FirstInvalidUtf8(all); bad < text.size(); bad += 1 + FirstInvalidUtf8(all.substr(bad + 1))) {
    text[bad] = '?';
  }
  return text;
}

}  // namespace doodle
