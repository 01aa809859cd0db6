#include "common/render/terminal_picture.h"

#include <cstdint>
#include <vector>

#include "common/render/rasterizer.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint8_t kInk = 100;  // A pixel with this much ink becomes a dot.

// The dots of the cell at (left, top), as bits of the braille block (Unicode chapter 21.1): numbered down the left
// column, down the right one, and the two of the lowest row last.
uint32_t Dots(absl::Span<const uint8_t> raster, int size, int left, int top) {
  constexpr uint8_t kBit[4][2] = {{0, 3}, {1, 4}, {2, 5}, {6, 7}};
  uint32_t dots = 0;
  for (int y = 0; y < 4 && top + y < size; ++y) {
    for (int x = 0; x < 2 && left + x < size; ++x) {
      if (raster[(top + y) * size + left + x] >= kInk) dots |= 1U << kBit[y][x];
    }
  }
  return dots;
}

// U+2800 + dots in UTF-8.
void AppendBraille(uint32_t dots, std::string& out) {
  out += '\xe2';
  out += static_cast<char>(0xa0 | dots >> 6);
  out += static_cast<char>(0x80 | (dots & 0x3f));
}

}  // namespace

absl::StatusOr<std::string> TerminalPicture(const Drawing& drawing, int columns) {
  if (columns < 4 || columns > 256) return absl::InvalidArgumentError("a terminal picture has 4 to 256 columns");
  const int size = 2 * columns;
  DOODLE_ASSIGN_OR_RETURN(const Rasterizer rasterizer, Rasterizer::Create({.size = size, .line_width = 1.2}));
  std::vector<uint8_t> raster(rasterizer.bytes());
  rasterizer.Render(drawing, raster.data());
  return TerminalBitmap(raster, size);
}

std::string TerminalBitmap(absl::Span<const uint8_t> ink, int size) {
  std::string out;
  for (int top = 0; top < size; top += 4) {
    for (int left = 0; left < size; left += 2) AppendBraille(Dots(ink, size, left, top), out);
    out += '\n';
  }
  return out;
}

}  // namespace doodle
