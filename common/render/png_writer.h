// Pictures as PNG. The one door to libpng.
#ifndef DOODLE_COMMON_RENDER_PNG_WRITER_H_
#define DOODLE_COMMON_RENDER_PNG_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "common/render/gray_image.h"

namespace doodle {

// The bytes of an 8-bit gray PNG. INVALID_ARGUMENT for an empty picture or one whose pixels do not fit its size.
absl::StatusOr<std::string> EncodePng(const GrayImage& image);

// Replaces `path` atomically. The errors of EncodePng and of the file system.
absl::Status WritePng(FileSystem& files, const std::string& path, const GrayImage& image);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_PNG_WRITER_H_
