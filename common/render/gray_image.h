// A picture in one channel.
#ifndef DOODLE_COMMON_RENDER_GRAY_IMAGE_H_
#define DOODLE_COMMON_RENDER_GRAY_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace doodle {

struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> pixels;  // [height, width], row by row from the top; 0 black, 255 white.

  uint8_t& at(int x, int y) { return pixels[static_cast<size_t>(y) * width + x]; }
  uint8_t at(int x, int y) const { return pixels[static_cast<size_t>(y) * width + x]; }
};

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_GRAY_IMAGE_H_
