#include "common/render/raster_spec.h"

#include <algorithm>

namespace doodle {
namespace {

double InPixels(const RasterSpec& spec, double value) {
  return spec.unit == RasterUnit::kPixels ? value : value * spec.size / 256;
}

bool IsTimed(RasterChannel channel) {
  return channel == RasterChannel::kDelay || channel == RasterChannel::kDrawTime || channel == RasterChannel::kSpeed ||
         channel == RasterChannel::kAcceleration;
}

}  // namespace

std::vector<RasterChannel> ChannelsOf(const RasterSpec& spec) {
  switch (spec.channels) {
    case RasterChannels::kGray:
      return {RasterChannel::kInk};
    case RasterChannels::kColor:
      return {RasterChannel::kRed, RasterChannel::kGreen, RasterChannel::kBlue};
    case RasterChannels::kThirds:
      return {RasterChannel::kFirstThird, RasterChannel::kTwoThirds, RasterChannel::kInk};
    case RasterChannels::kTime:
      return {RasterChannel::kDelay, RasterChannel::kDrawTime, RasterChannel::kNumber};
    case RasterChannels::kList:
      return spec.list;
  }
  return {};
}

bool UsesTimes(const RasterSpec& spec) {
  const std::vector<RasterChannel> channels = ChannelsOf(spec);
  return std::any_of(channels.begin(), channels.end(), IsTimed);
}

double LineWidthInPixels(const RasterSpec& spec) { return InPixels(spec, spec.line_width); }
double MarginInPixels(const RasterSpec& spec) { return InPixels(spec, spec.margin); }

}  // namespace doodle
