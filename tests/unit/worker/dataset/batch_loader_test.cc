#include "worker/dataset/batch_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <new>
#include <set>

#include "ATen/ops/equal.h"
#include "common/plan/open_view.h"
#include "common/thread/thread.h"
#include "common/time/clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/worker/dataset/small_dataset.h"
#include "tests/unit/worker/dataset/throwing_file_system.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

constexpr int kSize = 8;

class BatchLoaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = temporary_.path() + "/data";
    ASSERT_TRUE(WriteSmallDataset(directory_, 300, 2000).ok());
    Open();
  }
  void Open() {
    absl::StatusOr<std::unique_ptr<DatasetReader>> dataset = DatasetReader::Open(files_, directory_);
    ASSERT_TRUE(dataset.ok()) << dataset.status();
    dataset_ = *std::move(dataset);
    cache_ = std::make_unique<BlockCache>(*dataset_, 1 << 20);
  }
  ViewReader Reader(const std::string& split) {
    ViewSpec spec;
    spec.split = split;
    absl::StatusOr<View> view = OpenView(spec, *dataset_);
    EXPECT_TRUE(view.ok()) << view.status();
    return ViewReader(*std::move(view), *dataset_, *cache_);
  }
  static StagePlan Plan(const View& view) {
    PlanSpec spec;
    spec.samples = view.size();
    spec.epochs = 2;
    spec.global_batch = 64;
    spec.lanes = DefaultLanes(64);
    absl::StatusOr<StagePlan> plan = StagePlan::Create(spec, view.ShardSizes());
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }
  // Pixels that tell the drawing apart: its key, byte by byte.
  static void WriteKey(const Drawing& drawing, uint64_t, uint8_t* pixels) {
    for (int i = 0; i < kSize * kSize; ++i) pixels[i] = static_cast<uint8_t>(drawing.key_id >> (8 * (i % 8)));
  }
  static std::unique_ptr<BatchLoader> Load(const ViewReader& reader, std::unique_ptr<SampleSource> source,
                                           int threads) {
    BatchLoaderOptions options;
    options.threads = threads;
    options.size = kSize;
    options.chunk = 5;
    auto loader = BatchLoader::Create(options, std::move(source), reader, WriteKey, RealClock());
    EXPECT_TRUE(loader.ok()) << loader.status();
    return *std::move(loader);
  }

  TemporaryDirectory temporary_;
  ThrowingFileSystem files_;
  std::string directory_;
  std::unique_ptr<DatasetReader> dataset_;
  std::unique_ptr<BlockCache> cache_;
};

TEST_F(BatchLoaderTest, EachBatchIsTheRanksShareOfOneStepInSlotOrder) {
  const ViewReader reader = Reader("train");
  const StagePlan plan = Plan(reader.view());
  auto loader = Load(reader, std::make_unique<LaneReader>(plan, 0, 64, 0), 2);
  for (uint64_t step = 0; step < plan.steps(); ++step) {
    absl::StatusOr<std::optional<Batch>> batch = loader->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    ASSERT_TRUE(batch->has_value());
    const std::vector<PlannedSample> planned = plan.Step(step);
    ASSERT_EQ((*batch)->origins.size(), planned.size());
    EXPECT_EQ((*batch)->step, step);
    for (size_t row = 0; row < planned.size(); ++row) {
      const auto expected = reader.Read(planned[row].shard, planned[row].position);
      const SampleOrigin& origin = (*batch)->origins[row];
      EXPECT_EQ(origin, (SampleOrigin{planned[row].lane, planned[row].epoch, expected->drawing->key_id}));
      EXPECT_EQ((*batch)->labels[static_cast<int64_t>(row)].item<int64_t>(), origin.key_id % 2);
      EXPECT_EQ((*batch)->pixels[static_cast<int64_t>(row)][0][0][0].item<uint8_t>(), origin.key_id & 255);
    }
  }
  EXPECT_FALSE((*loader->Next()).has_value());
  EXPECT_FALSE((*loader->Next()).has_value()) << "the end stays the end";
}

TEST_F(BatchLoaderTest, TheNumberOfThreadsDoesNotShow) {
  const ViewReader reader = Reader("train");
  const StagePlan plan = Plan(reader.view());
  auto one = Load(reader, std::make_unique<LaneReader>(plan, 16, 40, 3), 1);
  auto four = Load(reader, std::make_unique<LaneReader>(plan, 16, 40, 3), 4);
  for (int i = 0; i < 20; ++i) {
    const auto a = one->Next();
    const auto b = four->Next();
    ASSERT_TRUE(a.ok() && b.ok() && a->has_value() && b->has_value());
    EXPECT_EQ((*a)->origins, (*b)->origins);
    EXPECT_TRUE(at::equal((*a)->pixels, (*b)->pixels));
    EXPECT_TRUE(at::equal((*a)->labels, (*b)->labels));
  }
}

// The slices of three ranks, each in its own batches, are the split exactly once.
TEST_F(BatchLoaderTest, EvaluationSlicesCoverTheSplitOnce) {
  const ViewReader reader = Reader("valid");
  std::multiset<uint64_t> keys;
  for (uint32_t rank = 0; rank < 3; ++rank) {
    auto loader = Load(reader, std::make_unique<SliceReader>(reader.view(), rank, 3, 32), 2);
    for (;;) {
      const auto batch = loader->Next();
      ASSERT_TRUE(batch.ok()) << batch.status();
      if (!batch->has_value()) break;
      EXPECT_LE((*batch)->samples(), 32);
      for (const SampleOrigin& origin : (*batch)->origins) keys.insert(origin.key_id);
    }
  }
  EXPECT_EQ(keys.size(), 300u);
  EXPECT_EQ(std::set<uint64_t>(keys.begin(), keys.end()).size(), 300u);
}

TEST_F(BatchLoaderTest, ADamagedShardNamesStepAndShardAndStaysAnError) {
  const std::string file = directory_ + "/" + dataset_->manifest().shards.back().file;
  {
    std::fstream shard(file, std::ios::in | std::ios::out | std::ios::binary);
    shard.seekp(2000);
    shard.write("damage", 6);
  }
  Open();
  const ViewReader reader = Reader("train");
  const StagePlan plan = Plan(reader.view());
  auto loader = Load(reader, std::make_unique<LaneReader>(plan, 0, 64, 0), 3);
  absl::Status error;
  for (int i = 0; i < 62 && error.ok(); ++i) error = loader->Next().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(error.message()), HasSubstr("step "));
  EXPECT_THAT(std::string(error.message()), HasSubstr(dataset_->manifest().shards.back().file));
  EXPECT_EQ(loader->Next().status(), error);
}

TEST_F(BatchLoaderTest, ALoaderThatIsNotReadToItsEndStops) {
  const ViewReader reader = Reader("train");
  const StagePlan plan = Plan(reader.view());
  auto loader = Load(reader, std::make_unique<LaneReader>(plan, 0, 64, 0), 3);
  EXPECT_TRUE(loader->Next().ok());
  loader.reset();
}

TEST_F(BatchLoaderTest, OptionsBelowOneAreRefused) {
  const ViewReader reader = Reader("valid");
  BatchLoaderOptions options;
  options.threads = 0;
  const auto loader = BatchLoader::Create(options, std::make_unique<SliceReader>(reader.view(), 0, 1, 8), reader,
                                          WriteKey, RealClock());
  EXPECT_EQ(loader.status().code(), absl::StatusCode::kInvalidArgument);
}

// Room for one block of the two: the older one goes, and is read again when it is asked for.
TEST_F(BatchLoaderTest, TheCacheHoldsItsLimitAndReadsAgain) {
  BlockCache cache(*dataset_, 1);
  const uint32_t shard = static_cast<uint32_t>(dataset_->shards() - 1);
  const Block first = *cache.Get(shard, 0);
  const uint64_t held = cache.bytes_held();
  const uint64_t read = cache.compressed_bytes_read();
  EXPECT_EQ(read, dataset_->shard(shard).block_bytes(0));
  EXPECT_EQ(*cache.Get(shard, 0), first) << "the block asked for last is kept whatever the limit";
  EXPECT_EQ(cache.compressed_bytes_read(), read);
  ASSERT_TRUE(cache.Get(shard, 1).ok());
  EXPECT_LE(cache.bytes_held(), held + 4096);
  EXPECT_NE(*cache.Get(shard, 0), first);
  EXPECT_EQ(first->size(), 1024u) << "whoever holds a dropped block keeps it";
}

// An exception on a render thread would end the process; it is the sample's error, and every later call repeats it.
TEST_F(BatchLoaderTest, ARendererThatThrowsIsTheSamplesError) {
  const ViewReader reader = Reader("train");
  const StagePlan plan = Plan(reader.view());
  BatchLoaderOptions options;
  options.threads = 3;
  options.size = kSize;
  const auto render = [](const Drawing&, uint64_t, uint8_t*) { throw std::bad_alloc(); };
  ASSERT_OK_AND_ASSIGN(const auto loader, BatchLoader::Create(options, std::make_unique<LaneReader>(plan, 0, 64, 0),
                                                              reader, render, RealClock()));
  EXPECT_THAT(loader->Next(), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("step 0 lane ")));
  EXPECT_THAT(loader->Next(), StatusIs(absl::StatusCode::kResourceExhausted));
}

// Without memory nothing waits for a block that nobody decodes any more: each asker fails, and may ask again.
TEST_F(BatchLoaderTest, ABlockWhoseDecodingThrowsKeepsNobodyWaiting) {
  BlockCache cache(*dataset_, 1 << 20);
  const auto shard = static_cast<uint32_t>(dataset_->shards() - 1);
  files_.throwing = true;
  std::vector<absl::Status> results(4);
  {
    std::vector<NamedThread> threads;
    for (absl::Status& result : results) {
      threads.emplace_back("ask", [&] { result = cache.Get(shard, 0).status(); });
    }
  }
  for (const absl::Status& result : results) EXPECT_THAT(result, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(cache.compressed_bytes_read(), 0u);
  files_.throwing = false;
  EXPECT_THAT(cache.Get(shard, 0), IsOk());
}

}  // namespace
}  // namespace doodle
