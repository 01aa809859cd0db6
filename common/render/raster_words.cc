#include "common/render/raster_words.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace doodle {
namespace {

constexpr absl::string_view kNames[] = {"ink",         "order",        "red",   "green",     "blue",
                                        "first_third", "two_thirds",   "delay", "draw_time", "number",
                                        "speed",       "acceleration", "point"};

}  // namespace

absl::Span<const absl::string_view> RasterChannelNames() { return kNames; }

absl::string_view NameOf(RasterChannel channel) { return kNames[static_cast<size_t>(channel)]; }

std::optional<RasterChannel> RasterChannelOf(absl::string_view name) {
  const auto* const found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<RasterChannel>(found - std::begin(kNames));
}

}  // namespace doodle
