// Reads and writes .safetensors (the format of huggingface/safetensors, README "Format").
#ifndef DOODLE_COMMON_WEIGHTS_SAFETENSORS_H_
#define DOODLE_COMMON_WEIGHTS_SAFETENSORS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"
#include "common/weights/named_tensor.h"

namespace doodle {

// Header padded with blanks to 8 bytes, tensors in the given order.
std::string SerializeSafetensors(const TensorFile& file);

// DATA_LOSS for a header over 100 MB, bad JSON, offsets with holes or overlaps, or sizes that do not match shapes.
absl::StatusOr<TensorFile> ParseSafetensors(absl::string_view bytes);

absl::StatusOr<TensorFile> ReadSafetensors(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_SAFETENSORS_H_
