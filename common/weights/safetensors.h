// Reads and writes .safetensors (the format of huggingface/safetensors, README "Format").
#ifndef DOODLE_COMMON_WEIGHTS_SAFETENSORS_H_
#define DOODLE_COMMON_WEIGHTS_SAFETENSORS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"
#include "common/weights/named_tensor.h"

namespace doodle {

// Hands the file to `append` piece by piece, without a second copy of the tensors. The header lists the tensors in the
// given order and is padded with blanks to 8 bytes; the data of wider types comes first, so that every tensor is
// aligned. Errors of `append` are passed on.
absl::Status WriteSafetensors(const TensorFile& file, absl::FunctionRef<absl::Status(absl::string_view)> append);

std::string SerializeSafetensors(const TensorFile& file);

// Tensors in the order of the header. DATA_LOSS for a header over 100 MB, bad JSON, an unknown type, offsets with holes
// or overlaps, or sizes that do not match shapes.
absl::StatusOr<TensorFile> ParseSafetensors(absl::string_view bytes);

// As ParseSafetensors, with the path before the message.
absl::StatusOr<TensorFile> ReadSafetensors(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_SAFETENSORS_H_
