#include "worker/trainer/render_function.h"

#include <string>
#include <vector>

#include "common/status/status.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

Drawing Corner() {
  Drawing drawing;
  drawing.key_id = 7;
  drawing.stroke_lengths = {3};
  drawing.x = {0, 0, 120};
  drawing.y = {0, 255, 255};
  return drawing;
}

std::vector<uint8_t> Draw(const RenderFunction& render, uint64_t epoch, size_t bytes) {
  std::vector<uint8_t> pixels(bytes);
  render(Corner(), epoch, pixels.data());
  return pixels;
}

TEST(RenderFunction, TrainingVariesADrawingFromEpochToEpochAndRepeatsIt) {
  const RenderFunction render = *MakeRenderFunction({.size = 32}, {.rotate = 20, .shift = 0.1}, 1);
  const std::vector<uint8_t> first = Draw(render, 0, 32 * 32);
  EXPECT_EQ(Draw(render, 0, 32 * 32), first);
  EXPECT_NE(Draw(render, 1, 32 * 32), first);
  EXPECT_NE(Draw(*MakeRenderFunction({.size = 32}, {.rotate = 20, .shift = 0.1}, 2), 0, 32 * 32), first);
}

TEST(RenderFunction, EvaluationDrawsTheSameInEveryEpoch) {
  const RenderFunction render = *MakeRenderFunction({.size = 32, .channels = RasterChannels::kTime});
  EXPECT_EQ(Draw(render, 0, 3 * 32 * 32), Draw(render, 5, 3 * 32 * 32));
}

// A trainer makes a function for each evaluation; it once warned in every one. An earlier test may have had the one.
TEST(RenderFunction, DrawingsWithoutTimesAreWarnedOfOnceInAProcess) {
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    Draw(*MakeRenderFunction({.size = 8, .line_width = 1, .channels = RasterChannels::kTime}), 0, 3 * 8 * 8);
  }
  const std::string log = testing::internal::GetCapturedStderr();
  size_t warnings = 0;
  for (size_t at = log.find("without times"); at != std::string::npos; at = log.find("without times", at + 1)) {
    ++warnings;
  }
  EXPECT_LE(warnings, 1) << log;
}

TEST(RenderFunction, ARasterThatCannotBeIsRefusedByItsField) {
  EXPECT_EQ(FieldOf(MakeRenderFunction({.size = 4}).status()), "raster.size");
}

}  // namespace
}  // namespace doodle
