#include "common/render/rasterizer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/render/channel_values.h"
#include "common/render/segment_kernel.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Collects segments on the stack and draws them together: choosing the instruction set costs a call.
class SegmentBatch {
 public:
  explicit SegmentBatch(const SegmentTarget& target) : target_(target) {}

  Segment& Add(PixelPoint from, PixelPoint to) {
    if (used_ == segments_.size()) Draw();
    Segment& segment = segments_[used_++];
    segment.x0 = from.x;
    segment.y0 = from.y;
    segment.x1 = to.x;
    segment.y1 = to.y;
    return segment;
  }

  void Draw() {
    DrawSegments(target_, absl::MakeConstSpan(segments_.data(), used_));
    used_ = 0;
  }

 private:
  const SegmentTarget target_;
  std::array<Segment, 64> segments_;
  size_t used_ = 0;
};

absl::Status CheckLines(const RasterSpec& spec) {
  const double width = LineWidthInPixels(spec);
  const double margin = MarginInPixels(spec);
  if (!(width >= 0.1 && width <= spec.size / 4.0)) {
    return InvalidField("raster.line_width", absl::StrCat("must come to 0.1 to ", spec.size / 4.0,
                                                          " pixels, a quarter of the size; is ", width));
  }
  if (!(margin >= 0 && margin <= spec.size / 4.0)) {
    return InvalidField("raster.margin", absl::StrCat("must come to 0 to ", spec.size / 4.0,
                                                      " pixels, a quarter of the size; is ", margin));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rasterizer> Rasterizer::Create(const RasterSpec& spec) {
  if (spec.size < 8 || spec.size > 1024) return InvalidField("raster.size", "must be 8 to 1024");
  DOODLE_RETURN_IF_ERROR(CheckLines(spec));
  const size_t channels = ChannelsOf(spec).size();
  if (channels < 1 || channels > kMaxRasterChannels) {
    return InvalidField("raster.channels", absl::StrCat("must be 1 to ", kMaxRasterChannels, " channels"));
  }
  return Rasterizer(spec);
}

Rasterizer::Rasterizer(const RasterSpec& spec)
    : size_(spec.size),
      fit_(spec.fit),
      width_(static_cast<float>(LineWidthInPixels(spec))),
      margin_(static_cast<float>(MarginInPixels(spec))),
      channels_(ChannelsOf(spec)) {}

void Rasterizer::Render(const Drawing& drawing, const AffineMap& map, uint8_t* out) const {
  std::memset(out, 0, bytes());
  if (drawing.points() == 0) return;
  const Placement placement(drawing, size_, width_, margin_, fit_, map);
  SegmentBatch batch({size_, channels_.size(), width_ / 2 + 0.5F, std::min(1.0F, width_), out});
  ChannelValues values(channels_, drawing);
  size_t point = 0;
  for (const uint32_t length : drawing.stroke_lengths) {
    values.BeginStroke(point, length);
    PixelPoint last;
    for (uint32_t i = 0; i < length; ++i, ++point) {
      const PixelPoint next = placement.Place(FramePointOf(drawing, point));
      if (i > 0 || length == 1) values.Write(i, batch.Add(i > 0 ? last : next, next).ink);
      last = next;
    }
  }
  batch.Draw();
}

}  // namespace doodle
