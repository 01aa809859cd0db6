// doodle-bench-loader DATASET [--threads 2] [--pixels FILE]
// Loads one epoch of a dataset as a rank alone in its gang does, batch after batch, from shards that nothing has read
// before, and prints the drawings per second as a JSON line. With --pixels the first batch of the epoch is written
// instead: for each drawing its key, 8 bytes, and its pixels.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/plan/open_view.h"
#include "common/plan/stage_plan.h"
#include "common/render/rasterizer.h"
#include "common/shard/dataset_reader.h"
#include "common/status/status.h"
#include "common/time/clock.h"
#include "worker/dataset/batch_loader.h"

namespace doodle {
namespace {

struct Options {
  std::string dataset;
  std::string pixels;
  int threads = 1;
  int size = 64;
  double width = 3.4;  // Of a line, in pixels: what OpenCV draws for a thickness of 2.
  uint64_t batch = 256;
  uint64_t seed = 1;
  uint64_t cache_bytes = 256 << 20;
};

// A dataset that is open, and the loader of one epoch. What is below uses what is above.
struct Epoch {
  std::unique_ptr<DatasetReader> dataset;
  std::unique_ptr<BlockCache> cache;
  std::unique_ptr<ViewReader> reader;
  std::unique_ptr<BatchLoader> loader;
  uint64_t drawings = 0;
};

absl::StatusOr<StagePlan> PlanOf(const Options& options, const View& view) {
  PlanSpec spec;
  spec.seed = options.seed;
  spec.samples = view.size();
  spec.global_batch = options.batch;
  spec.lanes = DefaultLanes(options.batch);
  spec.view_digest = view.digest();
  return StagePlan::Create(spec, view.ShardSizes());
}

absl::StatusOr<Epoch> Open(const Options& options, const Rasterizer& rasterizer) {
  Epoch epoch;
  DOODLE_ASSIGN_OR_RETURN(epoch.dataset, DatasetReader::Open(LocalFileSystem(), options.dataset));
  epoch.cache = std::make_unique<BlockCache>(*epoch.dataset, options.cache_bytes);
  DOODLE_ASSIGN_OR_RETURN(View view, OpenView(ViewSpec(), *epoch.dataset));
  epoch.drawings = view.size();
  DOODLE_ASSIGN_OR_RETURN(const StagePlan plan, PlanOf(options, view));
  epoch.reader = std::make_unique<ViewReader>(std::move(view), *epoch.dataset, *epoch.cache);
  BatchLoaderOptions loading;
  loading.threads = options.threads;
  loading.size = options.size;
  const auto render = [&rasterizer](const Drawing& drawing, uint64_t, uint8_t* pixels) {
    rasterizer.Render(drawing, pixels);
  };
  DOODLE_ASSIGN_OR_RETURN(epoch.loader,
                          BatchLoader::Create(loading, std::make_unique<LaneReader>(plan, 0, plan.spec().lanes, 0),
                                              *epoch.reader, render, RealClock()));
  return epoch;
}

absl::Status Measure(const Options& options, const Rasterizer& rasterizer) {
  const absl::Duration start = RealClock().SteadyNow();
  DOODLE_ASSIGN_OR_RETURN(const Epoch epoch, Open(options, rasterizer));
  uint64_t loaded = 0;
  for (;;) {
    DOODLE_ASSIGN_OR_RETURN(const std::optional<Batch> batch, epoch.loader->Next());
    if (!batch) break;
    loaded += static_cast<uint64_t>(batch->samples());
  }
  const double seconds = absl::ToDoubleSeconds(RealClock().SteadyNow() - start);
  if (loaded != epoch.drawings) return absl::InternalError(absl::StrCat(loaded, " drawings of ", epoch.drawings));
  std::cout << "{\"drawings\": " << loaded << ", \"seconds\": " << seconds << "}" << std::endl;
  return absl::OkStatus();
}

absl::Status WritePixels(const Options& options, const Rasterizer& rasterizer) {
  DOODLE_ASSIGN_OR_RETURN(const Epoch epoch, Open(options, rasterizer));
  DOODLE_ASSIGN_OR_RETURN(const std::optional<Batch> batch, epoch.loader->Next());
  if (!batch) return absl::InternalError("an epoch without a batch");
  std::ofstream file(options.pixels, std::ios::binary);
  const auto bytes = static_cast<std::streamsize>(rasterizer.bytes());
  const auto* pixels = reinterpret_cast<const char*>(batch->pixels.data_ptr<uint8_t>());
  for (int64_t row = 0; row < batch->samples(); ++row) {
    const uint64_t key = batch->origins[static_cast<size_t>(row)].key_id;
    file.write(reinterpret_cast<const char*>(&key), sizeof(key));
    file.write(pixels + row * bytes, bytes);
  }
  file.close();
  return file ? absl::OkStatus() : absl::InternalError(absl::StrCat(options.pixels, ": cannot be written"));
}

absl::Status Run(const Options& options) {
  RasterSpec spec;
  spec.size = options.size;
  spec.line_width = options.width;
  spec.fit = RasterFit::kTopLeft;
  spec.channels = RasterChannels::kList;
  spec.list = {RasterChannel::kInk};
  DOODLE_ASSIGN_OR_RETURN(const Rasterizer rasterizer, Rasterizer::Create(spec));
  return options.pixels.empty() ? Measure(options, rasterizer) : WritePixels(options, rasterizer);
}

int Main(int argc, char** argv) {
  CLI::App app("Drawings per second of doodle's batch loader.", "doodle-bench-loader");
  Options options;
  app.add_option("dataset", options.dataset)->required();
  app.add_option("--pixels", options.pixels);
  app.add_option("--threads", options.threads);
  app.add_option("--size", options.size);
  app.add_option("--width", options.width);
  app.add_option("--batch", options.batch)->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Run(options);
  if (!status.ok()) std::cerr << "doodle-bench-loader: " << status.message() << std::endl;
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) { return doodle::Main(argc, argv); }
