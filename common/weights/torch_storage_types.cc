#include "common/weights/torch_storage_types.h"

#include <utility>

namespace doodle {
namespace {

constexpr std::pair<TensorType, absl::string_view> kStorages[] = {
    {TensorType::kF64, "DoubleStorage"},    {TensorType::kF32, "FloatStorage"}, {TensorType::kF16, "HalfStorage"},
    {TensorType::kBf16, "BFloat16Storage"}, {TensorType::kI64, "LongStorage"},  {TensorType::kI32, "IntStorage"},
    {TensorType::kI16, "ShortStorage"},     {TensorType::kI8, "CharStorage"},   {TensorType::kU8, "ByteStorage"},
    {TensorType::kBool, "BoolStorage"}};

}  // namespace

absl::string_view TorchStorageName(TensorType type) {
  for (const auto& [storage_type, name] : kStorages) {
    if (storage_type == type) return name;
  }
  return "";
}

std::optional<TensorType> TorchStorageType(absl::string_view name) {
  for (const auto& [storage_type, storage_name] : kStorages) {
    if (storage_name == name) return storage_type;
  }
  return std::nullopt;
}

}  // namespace doodle
