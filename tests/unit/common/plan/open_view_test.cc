// A plan over a dataset on disk: from slots to the drawings in the files.
#include "common/plan/open_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/ids/hash64.h"
#include "common/io/file_system.h"
#include "common/plan/rank_cursor.h"
#include "common/shard/dataset_writer.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/plan/random_plans.h"

namespace doodle {
namespace {

const std::vector<std::string> kWords = {"cat", "star", "tree"};

Drawing DrawingOf(uint64_t key) {
  Drawing drawing;
  drawing.key_id = key;
  drawing.word = kWords[key % 3];
  drawing.recognized = key % 4 == 0 ? Drawing::Recognized::kFalse : Drawing::Recognized::kTrue;
  drawing.stroke_lengths = {2};
  drawing.x = {0, 255};
  drawing.y = {0, 100};
  return drawing;
}

// 4,000 drawings in shards of 1,024; the 500 with the lowest hashes are "valid".
absl::Status WriteDataset(const std::string& path) {
  std::vector<uint64_t> keys;
  for (uint64_t key = 1; key <= 4000; ++key) keys.push_back(key);
  std::sort(keys.begin(), keys.end(), [](uint64_t a, uint64_t b) { return Mix64(a) < Mix64(b); });
  DatasetWriterOptions options;
  options.classes = kWords;
  options.shard_drawings = 1024;
  auto writer = DatasetWriter::Create(LocalFileSystem(), path, options);
  if (!writer.ok()) return writer.status();
  for (size_t i = 0; i < keys.size(); ++i) {
    if (i == 0 || i == 500) {
      if (absl::Status status = (*writer)->BeginSplit(i == 0 ? "valid" : "train"); !status.ok()) return status;
    }
    if (absl::Status status = (*writer)->Append(DrawingOf(keys[i])); !status.ok()) return status;
  }
  return (*writer)->Finish().status();
}

// Key of a view's member, decoded from its block; shards of this dataset have one block.
class Keys {
 public:
  Keys(const DatasetReader& dataset, const View& view) : view_(view) {
    for (const View::Shard& shard : view.shards()) {
      blocks_.push_back(dataset.shard(shard.shard).ReadBlock(0, dataset.manifest().classes).value());
    }
  }
  uint64_t Of(const PlannedSample& sample) const {
    return blocks_.at(sample.shard).at(view_.shards()[sample.shard].positions.at(sample.position)).key_id;
  }

 private:
  const View& view_;
  std::vector<std::vector<Drawing>> blocks_;
};

TEST(OpenView, APlanOverItUsesEveryMatchingDrawingOfTheSplitOnce) {
  TemporaryDirectory directory;
  ASSERT_THAT(WriteDataset(directory.File("dataset")), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto dataset, DatasetReader::Open(LocalFileSystem(), directory.File("dataset")));
  ViewSpec wanted;
  wanted.classes = {"tree", "cat"};
  wanted.recognized = RecognizedFilter::kTrue;
  ASSERT_OK_AND_ASSIGN(const View view, OpenView(wanted, *dataset));
  ASSERT_OK_AND_ASSIGN(const StagePlan plan, StagePlan::Create(SpecFor(view.size(), 2, 64), view.ShardSizes()));
  const Keys keys(*dataset, view);
  std::map<uint64_t, uint64_t> uses;
  for (uint64_t step = 0; step < plan.steps(); ++step) {
    for (const PlannedSample& sample : plan.Step(step)) ++uses[keys.Of(sample)];
  }
  ASSERT_OK_AND_ASSIGN(const View valid, OpenView({.split = "valid"}, *dataset));
  EXPECT_EQ(valid.size(), 500u);
  uint64_t expected = 0;
  for (uint64_t key = 1; key <= 4000; ++key) {
    const bool is_valid = Mix64(key) <= dataset->shard(0).rows().back().key_hash;
    const bool member = !is_valid && key % 3 != 1 && key % 4 != 0;
    expected += member;
    ASSERT_EQ(uses.contains(key) ? uses[key] : 0, member ? 2 : 0) << "key " << key;
  }
  EXPECT_EQ(view.size(), expected);
}

}  // namespace
}  // namespace doodle
