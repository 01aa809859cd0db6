#include "worker/dataset/block_cache.h"

#include <memory>
#include <string>
#include <vector>

#include "common/drawing/raw_points.h"
#include "common/shard/dataset_writer.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

constexpr size_t kPoints = 1000;

Drawing OneStroke() {
  Drawing drawing;
  drawing.key_id = 1;
  drawing.word = "cat";
  drawing.stroke_lengths = {kPoints};
  drawing.x.assign(kPoints, 7);
  drawing.y.assign(kPoints, 9);
  return drawing;
}

// What the cache says of a dataset with this drawing alone.
uint64_t BytesHeld(const Drawing& drawing) {
  TemporaryDirectory directory;
  DatasetWriterOptions options{{"cat"}};
  options.points = drawing.is_raw() ? PointsKind::kRaw : PointsKind::kSimplified;
  const std::string path = directory.File("one");
  auto writer = *DatasetWriter::Create(LocalFileSystem(), path, options);
  EXPECT_THAT(writer->BeginSplit("train"), IsOk());
  EXPECT_THAT(writer->Append(drawing), IsOk());
  EXPECT_THAT(writer->Finish(), IsOk());
  const auto dataset = *DatasetReader::Open(LocalFileSystem(), path);
  BlockCache cache(*dataset, 1 << 30);
  EXPECT_THAT(cache.Get(0, 0), IsOk());
  return cache.bytes_held();
}

// Else a rank that trains on times, or on points as drawn, holds far more than its limit.
TEST(BlockCache, TimesAndRawPointsCountAsMemory) {
  Drawing drawing = OneStroke();
  const uint64_t plain = BytesHeld(drawing);
  drawing.times_ms.assign(kPoints, 5);
  const uint64_t timed = BytesHeld(drawing);
  drawing.raw_x.assign(kPoints, 1.5F);
  drawing.raw_y.assign(kPoints, 2.5F);
  FitToGrid(drawing);
  EXPECT_GE(timed, plain + kPoints * sizeof(uint32_t));
  // Nearly two lists of floats: those of the grid come without spare room here.
  EXPECT_GE(BytesHeld(drawing), timed + 19 * kPoints * sizeof(float) / 10);
}

}  // namespace
}  // namespace doodle
