#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "common/plan/open_view.h"
#include "common/time/clock.h"
#include "tests/testing/allocation_counter.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/worker/dataset/small_dataset.h"
#include "worker/dataset/batch_loader.h"

namespace doodle {
namespace {

constexpr uint64_t kDrawings = 2048;  // Two blocks.
constexpr uint64_t kBatch = 64;

class AllocationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!DOODLE_ALLOCATIONS_ARE_COUNTED) GTEST_SKIP() << "the sanitizer's allocator cannot be replaced";
    ASSERT_THAT(WriteSmallDataset(temporary_.path() + "/data", 100, kDrawings), IsOk());
    ASSERT_OK_AND_ASSIGN(dataset_, DatasetReader::Open(LocalFileSystem(), temporary_.path() + "/data"));
  }

  TemporaryDirectory temporary_;
  std::unique_ptr<DatasetReader> dataset_;
};

// Once the first epoch has filled the cache and the buffers have their sizes, neither a sample nor a batch costs
// memory; the start of an epoch may take a little.
TEST_F(AllocationTest, LoadingASampleAllocatesNothing) {
  constexpr uint64_t kEpochs = 6;
  constexpr uint64_t kSteps = kDrawings / kBatch;
  BlockCache cache(*dataset_, 16 << 20);
  ASSERT_OK_AND_ASSIGN(View view, OpenView(ViewSpec(), *dataset_));
  PlanSpec spec;
  spec.samples = view.size();
  spec.epochs = kEpochs;
  spec.global_batch = kBatch;
  spec.lanes = DefaultLanes(kBatch);
  ASSERT_OK_AND_ASSIGN(const StagePlan plan, StagePlan::Create(spec, view.ShardSizes()));
  const ViewReader reader(std::move(view), *dataset_, cache);
  BatchLoaderOptions options;
  options.threads = 2;
  options.size = 8;
  const auto render = [](const Drawing&, uint64_t, uint8_t* pixels) { *pixels = 1; };
  ASSERT_OK_AND_ASSIGN(const auto loader,
                       BatchLoader::Create(options, std::make_unique<LaneReader>(plan, 0, plan.spec().lanes, 0), reader,
                                           render, RealClock()));
  int before = 0;
  for (uint64_t step = 0; step < kEpochs * kSteps; ++step) {
    if (step == 2 * kSteps) before = allocations;
    absl::StatusOr<std::optional<Batch>> batch = loader->Next();
    ASSERT_TRUE(batch.ok() && batch->has_value());  // A matcher would allocate.
    loader->Recycle(**std::move(batch));
  }
  // How far the threads run ahead of one another decides how many buffers are in use at once.
  EXPECT_LT(allocations - before, 4 * kSteps * kBatch / 32) << "in " << 4 * kSteps << " batches of " << kBatch;
  EXPECT_GT(before, 0);
}

// A block that comes in the place of another is decoded into its memory: what is left are a few columns, not
// three vectors a drawing.
TEST_F(AllocationTest, ABlockIsDecodedIntoTheMemoryOfTheOneBefore) {
  BlockCache cache(*dataset_, 1);
  const auto shard = static_cast<uint32_t>(dataset_->shards() - 1);
  for (uint32_t block : {0, 1, 0, 1}) ASSERT_THAT(cache.Get(shard, block).status(), IsOk());
  const int before = allocations;
  for (uint32_t block : {0, 1, 0, 1}) ASSERT_THAT(cache.Get(shard, block).status(), IsOk());
  EXPECT_LT(allocations - before, 4 * 64) << "for 4,096 drawings";
  EXPECT_GT(allocations, before);
}

// Who still holds a batch, or a view of it, sees no other batch in its place.
TEST_F(AllocationTest, MemoryThatSomeoneHoldsIsNotUsedAgain) {
  BlockCache cache(*dataset_, 16 << 20);
  ASSERT_OK_AND_ASSIGN(View view, OpenView(ViewSpec(), *dataset_));
  const ViewReader reader(std::move(view), *dataset_, cache);
  BatchLoaderOptions options;
  options.size = 8;
  std::atomic<uint8_t> drawn{0};
  const auto render = [&](const Drawing&, uint64_t, uint8_t* pixels) { *pixels = drawn++; };
  ASSERT_OK_AND_ASSIGN(
      const auto loader,
      BatchLoader::Create(options, std::make_unique<SliceReader>(reader.view(), 0, 1, 1), reader, render, RealClock()));
  std::vector<at::Tensor> views;
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK_AND_ASSIGN(std::optional<Batch> batch, loader->Next());
    ASSERT_TRUE(batch.has_value());
    views.push_back(batch->pixels.select(0, 0));
    loader->Recycle(*std::move(batch));
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ(*views[i].data_ptr<uint8_t>(), i);
}

}  // namespace
}  // namespace doodle
