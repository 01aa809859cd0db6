#include "common/weights/tensor_digest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace doodle {
namespace {

// Part of the digest: DO NOT CHANGE.
absl::string_view DigestTypeName(TensorType type) {
  switch (type) {
    case TensorType::kF64:
      return "f64";
    case TensorType::kF32:
      return "f32";
    case TensorType::kF16:
      return "f16";
    case TensorType::kBf16:
      return "bf16";
    case TensorType::kI64:
      return "i64";
    case TensorType::kI32:
      return "i32";
    case TensorType::kI16:
      return "i16";
    case TensorType::kI8:
      return "i8";
    case TensorType::kU8:
      return "u8";
    case TensorType::kBool:
      return "bool";
  }
  return "";
}

}  // namespace

void TensorDigest::Add(absl::string_view name, TensorType type, std::span<const int64_t> shape,
                       absl::string_view data) {
  // Lengths first, so that no two different lists of tensors hash the same bytes.
  hash_.Update(absl::StrCat(name.size(), ":", name, " ", DigestTypeName(type), "[", absl::StrJoin(shape, ","), "] ",
                            data.size(), "\n"));
  hash_.Update(data);
}

std::string TensorDigest::HexDigest() { return hash_.HexDigest(); }

std::string DigestTensors(std::span<const NamedTensor> tensors) {
  std::vector<const NamedTensor*> sorted;
  for (const NamedTensor& tensor : tensors) sorted.push_back(&tensor);
  std::ranges::sort(sorted, {}, [](const NamedTensor* tensor) { return tensor->name; });
  TensorDigest digest;
  for (const NamedTensor* tensor : sorted) digest.Add(tensor->name, tensor->type, tensor->shape, tensor->data);
  return digest.HexDigest();
}

}  // namespace doodle
