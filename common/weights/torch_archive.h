// Writes and reads .pth: the zip with a pickled state dict that torch.load(weights_only=True) accepts. Reading executes
// nothing: a restricted unpickler knows tensors, ordered dictionaries and plain values.
#ifndef DOODLE_COMMON_WEIGHTS_TORCH_ARCHIVE_H_
#define DOODLE_COMMON_WEIGHTS_TORCH_ARCHIVE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"
#include "common/weights/named_tensor.h"

namespace doodle {

// The bare state dict, stored uncompressed, records aligned to 64 bytes. Metadata has no room here.
std::string SerializeTorchArchive(const TensorFile& file);

// DATA_LOSS for a broken zip, PERMISSION_DENIED for a pickle that names anything but tensors and plain values.
absl::StatusOr<TensorFile> ParseTorchArchive(absl::string_view bytes);

absl::StatusOr<TensorFile> ReadTorchArchive(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_TORCH_ARCHIVE_H_
