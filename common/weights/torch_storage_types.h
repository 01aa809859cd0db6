// The names that PyTorch's pickles give to element types.
#ifndef DOODLE_COMMON_WEIGHTS_TORCH_STORAGE_TYPES_H_
#define DOODLE_COMMON_WEIGHTS_TORCH_STORAGE_TYPES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "common/weights/named_tensor.h"

namespace doodle {

// "FloatStorage", a member of module torch.
absl::string_view TorchStorageName(TensorType type);

// Empty for any other name.
std::optional<TensorType> TorchStorageType(absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_TORCH_STORAGE_TYPES_H_
