#include "common/weights/named_tensor.h"

#include <bit>

namespace doodle {

static_assert(std::endian::native == std::endian::little, "weight files are read and written as they lie in memory");

int TensorTypeSize(TensorType type) {
  switch (type) {
    case TensorType::kF64:
    case TensorType::kI64:
      return 8;
    case TensorType::kF32:
    case TensorType::kI32:
      return 4;
    case TensorType::kF16:
    case TensorType::kBf16:
    case TensorType::kI16:
      return 2;
    case TensorType::kI8:
    case TensorType::kU8:
    case TensorType::kBool:
      return 1;
  }
  return 0;
}

}  // namespace doodle
