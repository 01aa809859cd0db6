// Little-endian numbers in byte strings, bounds checked.
#ifndef DOODLE_COMMON_WEIGHTS_LITTLE_ENDIAN_H_
#define DOODLE_COMMON_WEIGHTS_LITTLE_ENDIAN_H_

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

static_assert(std::endian::native == std::endian::little, "weight files are read and written as they lie in memory");

template <std::integral T>
void AppendLittleEndian(std::string& bytes, T value) {
  char buffer[sizeof(T)];
  std::memcpy(buffer, &value, sizeof(T));
  bytes.append(buffer, sizeof(T));
}

// Takes numbers and pieces off the front of a byte string; empty, and nothing is taken, where it ends too early. Pieces
// point into the string, which must outlive them. Thread-compatible.
class ByteCursor {
 public:
  explicit ByteCursor(absl::string_view bytes) : rest_(bytes) {}

  template <std::integral T>
  std::optional<T> Take() {
    if (rest_.size() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return value;
  }

  std::optional<absl::string_view> TakeBytes(uint64_t count) {
    if (rest_.size() < count) return std::nullopt;
    absl::string_view piece = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return piece;
  }

  // Up to the next line feed, which is taken too.
  std::optional<absl::string_view> TakeLine() {
    size_t end = rest_.find('\n');
    if (end == absl::string_view::npos) return std::nullopt;
    absl::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

 private:
  absl::string_view rest_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_LITTLE_ENDIAN_H_
