#include "common/ids/hash64.h"

namespace doodle {

uint64_t HashBytes(absl::string_view bytes) {
  uint64_t hash = Mix64(bytes.size());
  while (!bytes.empty()) {
    const size_t taken = bytes.size() < 8 ? bytes.size() : 8;
    uint64_t word = 0;
    for (size_t i = 0; i < taken; ++i) word |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    hash = HashCombine(hash, word);
    bytes.remove_prefix(taken);
  }
  return hash;
}

}  // namespace doodle
