// Text that protobuf takes: it refuses to parse a message whose strings are not UTF-8, far from where they came in.
#ifndef DOODLE_COMMON_IDS_UTF8_H_
#define DOODLE_COMMON_IDS_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

// Offset of the first byte that is not UTF-8 (RFC 3629: no overlong forms, no surrogates), or the size.
size_t FirstInvalidUtf8(absl::string_view text);

// `text` with "?" for each byte that is not UTF-8.
std::string ReplaceInvalidUtf8(std::string text);

}  // namespace doodle

#endif  // DOODLE_COMMON_IDS_UTF8_H_
