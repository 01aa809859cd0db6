#include "common/render/contact_sheet.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/render/rasterizer.h"
#include "common/render/text_line.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr int kGap = 6;  // Pixels between cells and around the sheet.
constexpr int64_t kMaxPixels = 64'000'000;

absl::Status CheckArguments(size_t drawings, size_t labels, int columns, int cell) {
  if (drawings == 0) return absl::InvalidArgumentError("contact sheet: no drawings");
  if (columns < 1 || columns > 1000) return absl::InvalidArgumentError("contact sheet: columns must be 1 to 1000");
  if (cell < 32 || cell > 512) return absl::InvalidArgumentError("contact sheet: cell must be 32 to 512 pixels");
  if (labels != 0 && labels != drawings) {
    return absl::InvalidArgumentError(absl::StrCat("contact sheet: ", labels, " labels for ", drawings, " drawings"));
  }
  return absl::OkStatus();
}

// Turns a raster of ink into black on white at (left, top).
void Paste(const std::vector<uint8_t>& raster, int size, int left, int top, GrayImage& sheet) {
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) sheet.at(left + x, top + y) = static_cast<uint8_t>(255 - raster[y * size + x]);
  }
}

}  // namespace

absl::StatusOr<GrayImage> RenderContactSheet(absl::Span<const Drawing> drawings, int columns, int cell,
                                             absl::Span<const std::string> labels) {
  DOODLE_RETURN_IF_ERROR(CheckArguments(drawings.size(), labels.size(), columns, cell));
  DOODLE_ASSIGN_OR_RETURN(const Rasterizer rasterizer, Rasterizer::Create({.size = cell, .line_width = cell / 40.0}));
  const int count = static_cast<int>(std::min<size_t>(drawings.size(), kMaxPixels));
  columns = std::min(columns, count);
  const int rows = (count + columns - 1) / columns;
  const int row_height = cell + kTextHeight + kGap;
  const int64_t width = kGap + int64_t{columns} * (cell + kGap);
  const int64_t height = kGap + int64_t{rows} * row_height;
  if (width * height > kMaxPixels) return absl::InvalidArgumentError("contact sheet: too large");
  GrayImage sheet{static_cast<int>(width), static_cast<int>(height), std::vector<uint8_t>(width * height, 255)};
  std::vector<uint8_t> raster(rasterizer.bytes());
  for (int i = 0; i < count; ++i) {
    const int left = kGap + i % columns * (cell + kGap);
    const int top = kGap + i / columns * row_height;
    rasterizer.Render(drawings[i], raster.data());
    Paste(raster, cell, left, top, sheet);
    DrawText(labels.empty() ? drawings[i].word : labels[i], left, top + cell + 1, cell, sheet);
  }
  return sheet;
}

}  // namespace doodle
