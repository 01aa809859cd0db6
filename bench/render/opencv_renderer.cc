#include "bench/render/opencv_renderer.h"

#include <cmath>
#include <cstddef>
#include <opencv2/imgproc.hpp>

namespace doodle {
namespace {

constexpr int kFractionBits = 4;

int Fixed(double pixels) { return static_cast<int>(std::lround((pixels - 0.5) * (1 << kFractionBits))); }

}  // namespace

PlacedDrawing PlaceForOpenCv(const Drawing& drawing, int size, double width) {
  const double scale = (size - width) / 255;
  PlacedDrawing placed;
  size_t point = 0;
  for (const uint32_t length : drawing.stroke_lengths) {
    std::vector<cv::Point>& stroke = placed.strokes.emplace_back();
    for (uint32_t i = 0; i < length; ++i, ++point) {
      stroke.emplace_back(Fixed(width / 2 + scale * drawing.x[point]), Fixed(width / 2 + scale * drawing.y[point]));
    }
  }
  return placed;
}

OpenCvRenderer::OpenCvRenderer(int size, int channels, int thickness)
    : thickness_(thickness), picture_(size, size, CV_8UC(channels)) {
  cv::setNumThreads(1);
}

const cv::Mat& OpenCvRenderer::Render(const PlacedDrawing& drawing) {
  picture_.setTo(0);
  for (const std::vector<cv::Point>& points : drawing.strokes) {
    const cv::Point* first = points.data();
    const int count = static_cast<int>(points.size());
    cv::polylines(picture_, &first, &count, 1, false, cv::Scalar::all(255), thickness_, cv::LINE_AA, kFractionBits);
  }
  return picture_;
}

}  // namespace doodle
