#include "common/render/contact_sheet.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/render/rasterizer.h"
#include "common/render/text_line.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr int kGap = 6;  // Pixels between cells and around the sheet.
constexpr int64_t kMaxPixels = 64'000'000;

// An empty sheet and where its squares are.
class Sheet {
 public:
  // INVALID_ARGUMENT as the header says.
  static absl::StatusOr<Sheet> Create(size_t pictures, int columns, int cell) {
    if (pictures == 0) return absl::InvalidArgumentError("contact sheet: no drawings");
    if (columns < 1 || columns > 1000) return absl::InvalidArgumentError("contact sheet: columns must be 1 to 1000");
    if (cell < 32 || cell > 512) return absl::InvalidArgumentError("contact sheet: cell must be 32 to 512 pixels");
    const int count = static_cast<int>(std::min<size_t>(pictures, kMaxPixels));
    columns = std::min(columns, count);
    const int rows = (count + columns - 1) / columns;
    const int64_t width = kGap + int64_t{columns} * (cell + kGap);
    const int64_t height = kGap + int64_t{rows} * (cell + kTextHeight + kGap);
    if (width * height > kMaxPixels) return absl::InvalidArgumentError("contact sheet: too large");
    return Sheet(static_cast<int>(width), static_cast<int>(height), columns, cell);
  }

  // Black ink of the raster [size, size] into the middle of square `i`, each pixel `factor` times as large, and the
  // label below.
  void Paste(size_t i, const uint8_t* raster, int size, int factor, absl::string_view label) {
    const int left = kGap + static_cast<int>(i) % columns_ * (cell_ + kGap);
    const int top = kGap + static_cast<int>(i) / columns_ * (cell_ + kTextHeight + kGap);
    const int side = size * factor;
    const int inset = (cell_ - side) / 2;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const int ink = raster[y / factor * size + x / factor];
        image_.at(left + inset + x, top + inset + y) = static_cast<uint8_t>(255 - ink);
      }
    }
    DrawText(label, left, top + cell_ + 1, cell_, image_);
  }

  GrayImage& image() { return image_; }

 private:
  Sheet(int width, int height, int columns, int cell)
      : image_{width, height, std::vector<uint8_t>(size_t{1} * width * height, 255)}, columns_(columns), cell_(cell) {}

  GrayImage image_;
  int columns_;
  int cell_;
};

}  // namespace

absl::StatusOr<GrayImage> RenderContactSheet(absl::Span<const Drawing> drawings, int columns, int cell,
                                             absl::Span<const std::string> labels) {
  if (!labels.empty() && labels.size() != drawings.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("contact sheet: ", labels.size(), " labels for ", drawings.size(), " drawings"));
  }
  DOODLE_ASSIGN_OR_RETURN(Sheet sheet, Sheet::Create(drawings.size(), columns, cell));
  DOODLE_ASSIGN_OR_RETURN(const Rasterizer rasterizer, Rasterizer::Create({.size = cell, .line_width = cell / 40.0}));
  std::vector<uint8_t> raster(rasterizer.bytes());
  for (size_t i = 0; i < drawings.size(); ++i) {
    rasterizer.Render(drawings[i], raster.data());
    sheet.Paste(i, raster.data(), cell, 1, labels.empty() ? drawings[i].word : labels[i]);
  }
  return std::move(sheet.image());
}

absl::StatusOr<GrayImage> RenderBitmapSheet(absl::Span<const uint8_t> bitmaps, int size, int columns, int cell,
                                            absl::Span<const std::string> labels) {
  DOODLE_ASSIGN_OR_RETURN(Sheet sheet, Sheet::Create(labels.size(), columns, cell));
  if (size < 1 || size > cell) return absl::InvalidArgumentError("contact sheet: a bitmap larger than its square");
  const size_t pixels = static_cast<size_t>(size) * size;
  if (bitmaps.size() != labels.size() * pixels) {
    return absl::InvalidArgumentError(absl::StrCat("contact sheet: ", bitmaps.size(), " pixels for ", labels.size(),
                                                   " bitmaps of ", size, "x", size));
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    sheet.Paste(i, bitmaps.data() + i * pixels, size, cell / size, labels[i]);
  }
  return std::move(sheet.image());
}

}  // namespace doodle
