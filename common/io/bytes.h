// Little-endian integers and varints (7 bits a byte, low group first, as LEB128) in byte strings.
#ifndef DOODLE_COMMON_IO_BYTES_H_
#define DOODLE_COMMON_IO_BYTES_H_

#include <concepts>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

// Appends sizeof(T) bytes, the lowest first; of a negative number two's complement.
template <std::integral T>
void PutFixed(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// Appends 1 to 10 bytes.
inline void PutVarint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Takes values off the front of a byte string. A failed take returns 0 and makes ok() false for good, so that a
// decoder checks once at its end. The bytes must outlive the reader and what Bytes() returned. Thread-compatible.
//
//     ByteReader reader(block);
//     const uint64_t count = reader.Varint();
//     ...
//     if (!reader.AtEnd()) return absl::DataLossError("block does not add up");
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : rest_(bytes) {}

  template <std::integral T>
  T Fixed() {
    const absl::string_view bytes = Bytes(sizeof(T));
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
    return static_cast<T>(value);
  }

  uint8_t Byte() { return Fixed<uint8_t>(); }

  // Fails beyond 64 bits, too.
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      if (shift == 63 && byte > 1) break;  // Beyond 64 bits.
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return ok_ ? value : 0;
    }
    ok_ = false;
    return 0;
  }

  // The next `count` bytes, without a copy; empty when there are fewer.
  absl::string_view Bytes(uint64_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const absl::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  // Up to the next line feed, which is taken, too; fails when there is none.
  absl::string_view Line() {
    const size_t end = rest_.find('\n');
    const absl::string_view line = Bytes(end == absl::string_view::npos ? UINT64_MAX : end);
    if (ok_) rest_.remove_prefix(1);
    return line;
  }

  bool ok() const { return ok_; }
  size_t remaining() const { return rest_.size(); }
  // Everything was taken and nothing failed.
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_IO_BYTES_H_
