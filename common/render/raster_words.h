// The names of the channels, as job files and weight files write them.
#ifndef DOODLE_COMMON_RENDER_RASTER_WORDS_H_
#define DOODLE_COMMON_RENDER_RASTER_WORDS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/render/raster_spec.h"

namespace doodle {

// In the order of RasterChannel. Part of the file format of weights: DO NOT CHANGE.
absl::Span<const absl::string_view> RasterChannelNames();

absl::string_view NameOf(RasterChannel channel);
std::optional<RasterChannel> RasterChannelOf(absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_RENDER_RASTER_WORDS_H_
