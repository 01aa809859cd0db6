#include "common/weights/tensor_shape.h"

namespace doodle {

std::optional<uint64_t> ElementCount(std::span<const int64_t> shape) {
  constexpr uint64_t kLimit = 1ULL << 60;
  uint64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0) return std::nullopt;
    if (size > 0 && count > kLimit / static_cast<uint64_t>(size)) return std::nullopt;
    count *= static_cast<uint64_t>(size);
  }
  return count;
}

}  // namespace doodle
