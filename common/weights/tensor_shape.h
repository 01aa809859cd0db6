// Sizes of shapes that come from files, where every number may be hostile.
#ifndef DOODLE_COMMON_WEIGHTS_TENSOR_SHAPE_H_
#define DOODLE_COMMON_WEIGHTS_TENSOR_SHAPE_H_

#include <cstdint>
#include <optional>
#include <span>

namespace doodle {

// Elements of `shape`; 1 for a scalar. Empty for a negative size or a product over 2^60.
std::optional<uint64_t> ElementCount(std::span<const int64_t> shape);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_TENSOR_SHAPE_H_
