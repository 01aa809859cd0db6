#include "common/plan/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "common/drawing/drawing.h"
#include "common/ids/hash64.h"
#include "common/status/status.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two splits, three classes; rows sorted by key hash as in real shards. Label = row % 3, recognized but for each
// fifth row.
class ViewTest : public ::testing::Test {
 protected:
  ViewTest() {
    manifest_.digest = "d";
    manifest_.classes = {"apple", "cat", "star"};
    manifest_.splits = {{"valid", 0, 1, 30}, {"train", 1, 3, 150}};
    uint64_t hash = 0;
    for (uint64_t drawings : {30, 90, 60}) {
      std::vector<ShardRow> rows;
      for (uint64_t i = 0; i < drawings; ++i) rows.push_back(Row(++hash * 1000, static_cast<uint32_t>(i)));
      shards_.push_back(rows);
      manifest_.shards.push_back({.file = "", .bytes = 0, .sha256 = "", .drawings = drawings, .per_class = {}});
    }
  }

  static ShardRow Row(uint64_t hash, uint32_t i) {
    const auto recognized = i % 5 == 0 ? Drawing::Recognized::kFalse : Drawing::Recognized::kTrue;
    return {hash, i % 3, static_cast<uint8_t>(recognized)};
  }

  absl::StatusOr<View> Create(const ViewSpec& spec) const {
    std::vector<ShardRows> rows;
    for (uint32_t i = 0; i < shards_.size(); ++i) rows.push_back({i, &shards_[i]});
    return View::Create(spec, manifest_, rows);
  }

  DatasetManifest manifest_;
  std::vector<std::vector<ShardRow>> shards_;
};

TEST_F(ViewTest, ASplitIsItsShards) {
  ASSERT_OK_AND_ASSIGN(const View train, Create({}));
  EXPECT_EQ(train.size(), 150u);
  ASSERT_EQ(train.shards().size(), 2u);
  EXPECT_EQ(train.shards()[0].shard, 1u);
  EXPECT_EQ(train.shards()[1].shard, 2u);
  EXPECT_THAT(train.ShardSizes(), ElementsAre(90, 60));
  EXPECT_THAT(train.classes(), ElementsAre("apple", "cat", "star"));
  ASSERT_OK_AND_ASSIGN(const View valid, Create({.split = "valid"}));
  EXPECT_EQ(valid.size(), 30u);
}

TEST_F(ViewTest, ClassesComeOutInTheOrderAskedForAndOthersAreLeftOut) {
  ASSERT_OK_AND_ASSIGN(const View view, Create({.classes = {"star", "apple"}}));
  EXPECT_EQ(view.size(), 100u);
  EXPECT_EQ(view.OutputOf(2), 0);
  EXPECT_EQ(view.OutputOf(0), 1);
  EXPECT_EQ(view.OutputOf(1), -1);
  for (const View::Shard& shard : view.shards()) {
    uint32_t next = 0;
    for (uint32_t position : shard.positions) {
      EXPECT_GE(position, next) << "positions rise";
      next = position + 1;
      EXPECT_NE(shards_[shard.shard][position].label, 1u);
    }
  }
}

TEST_F(ViewTest, FiltersByRecognition) {
  ASSERT_OK_AND_ASSIGN(const View recognized, Create({.recognized = RecognizedFilter::kTrue}));
  ASSERT_OK_AND_ASSIGN(const View not_recognized, Create({.recognized = RecognizedFilter::kFalse}));
  EXPECT_EQ(recognized.size(), 120u);
  EXPECT_EQ(not_recognized.size(), 30u);
  shards_[1][0].flags = static_cast<uint8_t>(Drawing::Recognized::kUnknown);
  EXPECT_EQ(Create({.recognized = RecognizedFilter::kFalse})->size(), 29u) << "unknown is neither";
}

TEST_F(ViewTest, ALimitTakesTheLowestKeyHashesSoASmallerLimitIsASubset) {
  const auto members = [this](uint64_t limit) {
    const View view = Create({.recognized = RecognizedFilter::kTrue, .limit_per_class = limit}).value();
    std::multiset<uint32_t> labels;
    std::set<uint64_t> hashes;
    for (const View::Shard& shard : view.shards()) {
      for (uint32_t position : shard.positions) {
        labels.insert(shards_[shard.shard][position].label);
        hashes.insert(shards_[shard.shard][position].key_hash);
      }
    }
    for (uint32_t label : {0, 1, 2}) EXPECT_EQ(labels.count(label), limit);
    return hashes;
  };
  const std::set<uint64_t> ten = members(10);
  const std::set<uint64_t> thirty = members(30);
  EXPECT_TRUE(std::includes(thirty.begin(), thirty.end(), ten.begin(), ten.end()));
  EXPECT_LE(*ten.rbegin(), 31000u + 1000 * 40) << "the lowest hashes are the first rows";
  EXPECT_EQ(Create({.limit_per_class = 1000})->size(), 150u) << "a limit that no class reaches";
}

TEST_F(ViewTest, AShardWithoutAMemberIsNotPartOfTheView) {
  ASSERT_OK_AND_ASSIGN(const View view, Create({.limit_per_class = 5}));
  ASSERT_EQ(view.shards().size(), 1u);
  EXPECT_EQ(view.shards()[0].shard, 1u);
}

TEST_F(ViewTest, TheDigestTellsViewsApart) {
  std::set<std::string> digests = {Create({})->digest()};
  EXPECT_TRUE(digests.contains(Create({.classes = {"apple", "cat", "star"}})->digest())) << "all classes, spelled out";
  EXPECT_TRUE(digests.insert(Create({.split = "valid"})->digest()).second);
  EXPECT_TRUE(digests.insert(Create({.classes = {"star", "cat", "apple"}})->digest()).second) << "output order";
  EXPECT_TRUE(digests.insert(Create({.recognized = RecognizedFilter::kTrue})->digest()).second);
  EXPECT_TRUE(digests.insert(Create({.limit_per_class = 7})->digest()).second);
  manifest_.digest = "e";
  EXPECT_TRUE(digests.insert(Create({})->digest()).second) << "other dataset";
}

TEST_F(ViewTest, RefusesWhatTheDatasetDoesNotHave) {
  const auto field = [this](const ViewSpec& spec) { return FieldOf(Create(spec).status()); };
  EXPECT_THAT(Create({.split = "test"}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("valid, train")));
  EXPECT_EQ(field({.split = "test"}), "split");
  EXPECT_THAT(Create({.classes = {"dog"}}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"dog\"")));
  EXPECT_EQ(field({.classes = {"dog"}}), "classes");
  EXPECT_THAT(Create({.classes = {"cat", "cat"}}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  EXPECT_EQ(field({.limit_per_class = 0}), "limit_per_class");
  for (std::vector<ShardRow>& rows : shards_) {
    for (ShardRow& row : rows) row.flags = static_cast<uint8_t>(Drawing::Recognized::kUnknown);
  }
  EXPECT_THAT(Create({.recognized = RecognizedFilter::kTrue}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("train")));
}

TEST_F(ViewTest, RowsMustMatchTheManifest) {
  EXPECT_THAT(View::Create({}, manifest_, {{1, &shards_[1]}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no rows of shard 2")));
  shards_[2].back().label = 3;
  EXPECT_THAT(Create({}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard 2: label 3")));
  shards_[2].pop_back();
  EXPECT_THAT(Create({}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard 2: its 59 rows")));
  EXPECT_THAT(Create({.split = "valid"}), IsOk()) << "other splits are not looked at";
}

}  // namespace
}  // namespace doodle
