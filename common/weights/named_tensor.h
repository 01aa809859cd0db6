// Tensors as bytes with a name, a type and a shape: what weight files hold. Free of LibTorch.
#ifndef DOODLE_COMMON_WEIGHTS_NAMED_TENSOR_H_
#define DOODLE_COMMON_WEIGHTS_NAMED_TENSOR_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace doodle {

enum class TensorType { kF64, kF32, kF16, kBf16, kI64, kI32, kI16, kI8, kU8, kBool };

// Bytes of one element.
int TensorTypeSize(TensorType type);

// Row-major, packed, little-endian.
struct NamedTensor {
  std::string name{};
  TensorType type = TensorType::kF32;
  std::vector<int64_t> shape{};  // Empty: a scalar.
  std::string data{};

  bool operator==(const NamedTensor&) const = default;
};

// A file's tensors in order, and its string metadata.
struct TensorFile {
  std::vector<NamedTensor> tensors{};
  std::map<std::string, std::string> metadata{};
};

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_NAMED_TENSOR_H_
