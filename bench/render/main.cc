// doodle-bench-render --size 64 --channels 1 --width 2.2 --thickness 2 compare|ours|opencv PATH...
// Draws the drawings of ndjson files again and again on one core and prints one JSON line: how much the two sides'
// pictures differ, or the pictures per second of one side.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "bench/render/opencv_renderer.h"
#include "common/ingest/drawing_reader.h"
#include "common/render/rasterizer.h"
#include "common/time/clock.h"

namespace doodle {
namespace {

struct Options {
  std::string side;
  std::vector<std::string> paths;
  int size = 64;
  int channels = 1;
  int thickness = 2;   // OpenCV's.
  double width = 2;    // Ours: what OpenCV draws for its thickness.
  double seconds = 2;  // Or more, in whole passes.
};

absl::StatusOr<std::vector<Drawing>> ReadAll(const std::vector<std::string>& paths) {
  auto reader = DrawingReader::Open(paths);
  if (!reader.ok()) return reader.status();
  std::vector<Drawing> drawings;
  for (;;) {
    absl::StatusOr<std::optional<Drawing>> drawing = (*reader)->Next();
    if (!drawing.ok()) return drawing.status();
    if (!drawing->has_value()) return drawings;
    drawings.push_back(**std::move(drawing));
  }
}

RasterSpec SpecOf(const Options& options) {
  RasterSpec spec;
  spec.size = options.size;
  spec.line_width = options.width;
  spec.fit = RasterFit::kTopLeft;
  spec.channels = RasterChannels::kList;
  spec.list.assign(options.channels, RasterChannel::kInk);
  return spec;
}

// Over the pixels that either side inked.
void Compare(const Options& options, const Rasterizer& rasterizer, const std::vector<Drawing>& drawings) {
  OpenCvRenderer peer(options.size, options.channels, options.thickness);
  std::vector<uint8_t> raster(rasterizer.bytes());
  double difference = 0, inked = 0, our_ink = 0, peer_ink = 0;
  for (const Drawing& drawing : drawings) {
    rasterizer.Render(drawing, raster.data());
    const cv::Mat& picture = peer.Render(PlaceForOpenCv(drawing, options.size, options.width));
    for (int c = 0; c < options.channels; ++c) {
      for (int i = 0; i < options.size * options.size; ++i) {
        const int mine = raster[static_cast<size_t>(c) * options.size * options.size + i];
        const int other = picture.data[static_cast<size_t>(i) * options.channels + c];
        difference += std::abs(mine - other);
        inked += mine > 0 || other > 0;
        our_ink += mine;
        peer_ink += other;
      }
    }
  }
  std::cout << "{\"mean_difference\": " << difference / inked << ", \"ink_ratio\": " << our_ink / peer_ink
            << ", \"drawings\": " << drawings.size() << "}" << std::endl;
}

template <typename Pass>
void Measure(const Options& options, size_t drawings, Pass pass) {
  Clock& clock = RealClock();
  pass();
  uint64_t passes = 0;
  const absl::Duration start = clock.SteadyNow();
  absl::Duration taken;
  do {
    pass();
    ++passes;
    taken = clock.SteadyNow() - start;
  } while (absl::ToDoubleSeconds(taken) < options.seconds);
  const double pictures = static_cast<double>(passes * drawings);
  std::cout << "{\"images_per_second\": " << pictures / absl::ToDoubleSeconds(taken) << "}" << std::endl;
}

void MeasureOurs(const Options& options, const Rasterizer& rasterizer, const std::vector<Drawing>& drawings) {
  std::vector<uint8_t> raster(rasterizer.bytes());
  Measure(options, drawings.size(), [&] {
    for (const Drawing& drawing : drawings) rasterizer.Render(drawing, raster.data());
  });
}

void MeasurePeer(const Options& options, const std::vector<Drawing>& drawings) {
  OpenCvRenderer peer(options.size, options.channels, options.thickness);
  std::vector<PlacedDrawing> placed;
  for (const Drawing& drawing : drawings) placed.push_back(PlaceForOpenCv(drawing, options.size, options.width));
  Measure(options, drawings.size(), [&] {
    for (const PlacedDrawing& drawing : placed) peer.Render(drawing);
  });
}

absl::Status Run(const Options& options) {
  absl::StatusOr<Rasterizer> rasterizer = Rasterizer::Create(SpecOf(options));
  if (!rasterizer.ok()) return rasterizer.status();
  absl::StatusOr<std::vector<Drawing>> drawings = ReadAll(options.paths);
  if (!drawings.ok()) return drawings.status();
  if (options.side == "compare") Compare(options, *rasterizer, *drawings);
  if (options.side == "ours") MeasureOurs(options, *rasterizer, *drawings);
  if (options.side == "opencv") MeasurePeer(options, *drawings);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Pictures per second of doodle's renderer and of OpenCV's.", "doodle-bench-render");
  Options options;
  app.add_option("side", options.side)->required()->check(CLI::IsMember({"compare", "ours", "opencv"}));
  app.add_option("paths", options.paths, "ndjson files or folders")->required();
  app.add_option("--size", options.size);
  app.add_option("--channels", options.channels)->check(CLI::IsMember({1, 3}));
  app.add_option("--thickness", options.thickness);
  app.add_option("--width", options.width);
  app.add_option("--seconds", options.seconds);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Run(options);
  if (!status.ok()) std::cerr << "doodle-bench-render: " << status.message() << std::endl;
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) { return doodle::Main(argc, argv); }
