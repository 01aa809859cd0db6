// The peer: OpenCV's anti-aliased polylines from C++, over points that are placed beforehand.
#ifndef DOODLE_BENCH_RENDER_OPENCV_RENDERER_H_
#define DOODLE_BENCH_RENDER_OPENCV_RENDERER_H_

#include <opencv2/core.hpp>
#include <vector>

#include "common/drawing/drawing.h"

namespace doodle {

// A drawing as polylines takes it: fixed-point pixels with 4 bits of fraction, the center of the first pixel at 0.
struct PlacedDrawing {
  std::vector<std::vector<cv::Point>> strokes;
};

// As RasterFit::kTopLeft places it for lines of `width` pixels.
PlacedDrawing PlaceForOpenCv(const Drawing& drawing, int size, double width);

// Draws into one reused picture of 1 or 3 channels, in white on black.
// Single-threaded, and OpenCV's own threads are off.
class OpenCvRenderer {
 public:
  OpenCvRenderer(int size, int channels, int thickness);
  const cv::Mat& Render(const PlacedDrawing& drawing);

 private:
  const int thickness_;
  cv::Mat picture_;
};

}  // namespace doodle

#endif  // DOODLE_BENCH_RENDER_OPENCV_RENDERER_H_
