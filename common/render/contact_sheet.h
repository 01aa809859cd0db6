// Many drawings on one picture, each with a line of text below.
#ifndef DOODLE_COMMON_RENDER_CONTACT_SHEET_H_
#define DOODLE_COMMON_RENDER_CONTACT_SHEET_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/drawing/drawing.h"
#include "common/render/gray_image.h"

namespace doodle {

// Black on white, row by row, `columns` to a row, each drawing in a square of `cell` pixels (32 to 512) with its word
// below, cut to the square's width. `labels`, where given, stand in for the words: one for each drawing.
// INVALID_ARGUMENT for no drawings, bad sizes, another number of labels, or a sheet of more than 64 million pixels.
absl::StatusOr<GrayImage> RenderContactSheet(absl::Span<const Drawing> drawings, int columns, int cell,
                                             absl::Span<const std::string> labels = {});

// The same of bitmaps, [labels, size, size] of ink on paper 0, each enlarged by the largest whole factor that keeps it
// inside its square. INVALID_ARGUMENT as above, for a size outside 1 to `cell`, and for another number of pixels.
absl::StatusOr<GrayImage> RenderBitmapSheet(absl::Span<const uint8_t> bitmaps, int size, int columns, int cell,
                                            absl::Span<const std::string> labels);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_CONTACT_SHEET_H_
