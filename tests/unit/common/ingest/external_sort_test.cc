#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "common/ingest/drawing_sorter.h"
#include "common/ingest/ingest.h"
#include "common/ingest/record_merger.h"
#include "common/shard/dataset_verifier.h"
#include "common/shard/key_order.h"
#include "gtest/gtest.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"
#include "tests/unit/common/shard/random_drawings.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Lines of `drawings` drawings of about 1.3 KB each, some of them twice with another word.
std::string LongLines(int drawings, int first = 0) {
  std::string text;
  std::mt19937 random(7);
  for (int i = first; i < first + drawings; ++i) {
    std::string x = "0", y = "0";
    for (int point = 0; point < 600; ++point) {
      x += "," + std::to_string(random() % 256);
      y += "," + std::to_string(random() % 256);
    }
    const std::string strokes = R"("drawing":[[[)" + x + "],[" + y + "]]]}\n";
    const auto line = [&](int word) {
      return R"({"word":"class )" + std::to_string(word) + R"(","key_id":")" + std::to_string(i * 7) + R"(",)" +
             strokes;
    };
    text += line(i % 13);
    if (i % 10 == 0) text += line(i % 11);
  }
  return text;
}

class ExternalSort : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }

  absl::StatusOr<IngestReport> Run(const std::string& output, uint64_t memory, size_t threads,
                                   FileSystem* files = nullptr) {
    IngestOptions options;
    for (int i = 0; i < 4; ++i) options.inputs.push_back(File("in-" + std::to_string(i) + ".ndjson"));
    options.output = File(output);
    options.splits = {*ParseSplitRule("valid=10%")};
    options.memory_bytes = memory;
    options.threads = threads;
    options.canceled = canceled_;
    return Ingest(files == nullptr ? LocalFileSystem() : *files, options);
  }

  // The files overlap, so that duplicates end in different sorters and runs.
  void SetUp() override {
    for (int i = 0; i < 4; ++i) WriteText(File("in-" + std::to_string(i) + ".ndjson"), LongLines(1000, 900 * i));
  }

  std::vector<std::string> Contents(const std::string& output) {
    std::vector<std::string> contents;
    const std::vector<std::string> names = *LocalFileSystem().List(File(output));
    for (const std::string& name : names) {
      contents.push_back(name + *ReadFile(LocalFileSystem(), File(output) + "/" + name));
    }
    return contents;
  }

  TemporaryDirectory directory_;
  std::function<bool()> canceled_;
};

TEST_F(ExternalSort, TheDatasetIsTheSameWhateverTheMemoryAndTheThreads) {
  ASSERT_OK_AND_ASSIGN(const IngestReport expected, Run("memory", 1 << 30, 1));
  EXPECT_EQ(expected.runs, 0U);
  EXPECT_EQ(expected.manifest.drawings, 3700U);
  EXPECT_GT(expected.relabeled, 300U);
  for (const size_t threads : {1, 2, 3, 8}) {
    const std::string output = "spilled-" + std::to_string(threads);
    ASSERT_OK_AND_ASSIGN(const IngestReport report, Run(output, kMinimumIngestMemory, threads));
    EXPECT_GT(report.runs, 3U);
    EXPECT_EQ(report.duplicates, expected.duplicates);
    EXPECT_EQ(report.relabeled, expected.relabeled);
    EXPECT_EQ(report.lines, expected.lines);
    EXPECT_EQ(Contents(output), Contents("memory")) << threads << " threads";
    const std::string whole = "whole-" + std::to_string(threads);
    ASSERT_THAT(Run(whole, 1 << 30, threads), IsOk());
    EXPECT_EQ(Contents(whole), Contents("memory")) << threads << " threads";
  }
  EXPECT_TRUE((*VerifyDataset(LocalFileSystem(), File("spilled-2"))).ok());
}

TEST_F(ExternalSort, WhenItIsCanceledWhileReadingOrWritingNothingIsLeft) {
  const std::vector<std::string> before = *LocalFileSystem().List(directory_.path());
  std::atomic<int> calls{0};
  ASSERT_OK_AND_ASSIGN(const IngestReport whole, [&] {
    canceled_ = [&] { return ++calls < 0; };
    return Run("whole", kMinimumIngestMemory, 2);
  }());
  ASSERT_GT(whole.runs, 0U);
  ASSERT_THAT(LocalFileSystem().RemoveAll(File("whole")), IsOk());
  for (const int last : {1, calls / 2, calls.load()}) {
    std::atomic<int> asked{0};
    canceled_ = [&, last] { return ++asked >= last; };
    EXPECT_THAT(Run("out", kMinimumIngestMemory, 2), StatusIs(absl::StatusCode::kCancelled)) << last;
    EXPECT_EQ(*LocalFileSystem().List(directory_.path()), before);
  }
}

TEST_F(ExternalSort, AFullDiskAtAnyPointLeavesNoDataset) {
  FaultyFileSystem whole(LocalFileSystem());
  ASSERT_THAT(Run("whole", kMinimumIngestMemory, 1, &whole), IsOk());
  for (int64_t operation = 0; operation < whole.operations(); operation += 1 + whole.operations() / 23) {
    FaultyFileSystem faulty(LocalFileSystem());
    faulty.FailFrom(operation, absl::ResourceExhaustedError("disk full"));
    EXPECT_THAT(Run("out", kMinimumIngestMemory, 1, &faulty), StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_FALSE(LocalFileSystem().Exists(File("out")));
  }
}

TEST_F(ExternalSort, ADamagedRunIsNamed) {
  RunFolder folder(LocalFileSystem(), File("sort"));
  DrawingTable table;
  for (const Drawing& drawing : RandomDrawings(100)) table.Add(drawing);
  table.Sort();
  ASSERT_OK_AND_ASSIGN(const std::string path, folder.NextPath());
  ASSERT_THAT(WriteRun(LocalFileSystem(), path, table), IsOk());
  std::string bytes = *ReadFile(LocalFileSystem(), path);
  bytes[bytes.size() / 2] ^= 1;
  WriteText(path, bytes);
  ASSERT_OK_AND_ASSIGN(const auto source, OpenRun(LocalFileSystem(), path, table.words()));
  SortedRecord record;
  EXPECT_THAT(source->Next(record), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("run-0000: bad checksum")));
}

TEST_F(ExternalSort, TooManyRunsAskForMoreMemory) {
  RunFolder folder(LocalFileSystem(), File("sort"));
  for (size_t i = 0; i < kMaxRuns; ++i) ASSERT_THAT(folder.NextPath(), IsOk());
  EXPECT_THAT(folder.NextPath(), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("more memory")));
}

TEST_F(ExternalSort, TooLittleMemoryIsRefused) {
  EXPECT_THAT(Run("out", kMinimumIngestMemory - 1, 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("memory_bytes")));
}

// Sorters that share keys: whatever is spread where, the merge is the sorted union.
TEST_F(ExternalSort, AMergeGivesEachKeyOnceInOrder) {
  const std::vector<Drawing> drawings = RandomDrawings(500);
  RunFolder folder(LocalFileSystem(), File("sort"));
  std::vector<std::unique_ptr<DrawingSorter>> sorters;
  for (const uint64_t memory : {1U, 1U << 20, 1U << 20}) {  // The first one makes a run of each drawing.
    sorters.push_back(std::make_unique<DrawingSorter>(folder, memory));
  }
  for (size_t i = 0; i < drawings.size(); ++i) {
    ASSERT_THAT(sorters[i % 3]->Add(drawings[i]), IsOk());
    if (i < 100) {  // Once more, elsewhere.
      ASSERT_THAT(sorters[(i + 1) % 3]->Add(drawings[i]), IsOk());
    }
  }
  std::vector<std::unique_ptr<RecordSource>> sources;
  for (const auto& sorter : sorters) {
    sorter->SortRest();
    ASSERT_OK_AND_ASSIGN(auto opened, sorter->Open());
    for (auto& source : opened) sources.push_back(std::move(source));
  }
  RecordMerger merger(std::move(sources));
  SortedRecord record;
  size_t next = 0;
  while (*merger.Next(record)) {
    Drawing drawing;
    drawing.key_id = KeyOfHash(record.key_hash);
    drawing.word = merger.words()[record.word];
    UnpackRecord(record.record, drawing);
    ASSERT_EQ(drawing, drawings[next++]);
  }
  EXPECT_EQ(next, drawings.size());
  EXPECT_EQ(merger.duplicates().dropped, 100U);
  EXPECT_EQ(merger.duplicates().relabeled, 0U);
}

TEST(RecordMerger, OfNothingIsNothing) {
  RecordMerger merger({});
  SortedRecord record;
  EXPECT_FALSE(*merger.Next(record));
  EXPECT_THAT(merger.words(), IsEmpty());
}

}  // namespace
}  // namespace doodle
