#include "common/render/png_writer.h"

#include <png.h>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {

absl::StatusOr<std::string> EncodePng(const GrayImage& image) {
  const bool fits = image.width > 0 && image.height > 0 &&
                    image.pixels.size() == static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
  if (!fits) return absl::InvalidArgumentError(absl::StrCat("no picture: ", image.width, " by ", image.height));
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_GRAY;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(header), '\0');
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&header, bytes.data(), &size, 0, image.pixels.data(), image.width, nullptr) == 0) {
    return absl::InternalError(absl::StrCat("libpng: ", header.message));
  }
  bytes.resize(size);
  return bytes;
}

absl::Status WritePng(FileSystem& files, const std::string& path, const GrayImage& image) {
  DOODLE_ASSIGN_OR_RETURN(const std::string bytes, EncodePng(image), path);
  return WriteFileAtomically(files, path, bytes);
}

}  // namespace doodle
