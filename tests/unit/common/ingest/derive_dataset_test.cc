#include "common/ingest/derive_dataset.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/ingest/dataset_scan.h"
#include "common/ingest/ingest.h"
#include "common/plan/open_view.h"
#include "common/shard/dataset_reader.h"
#include "common/shard/dataset_verifier.h"
#include "common/shard/key_order.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A dataset of 3,614 real drawings: valid 361, train 3,253, in a shard each.
class DeriveDatasetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    IngestOptions options;
    options.inputs = {"tests/data/quickdraw/strokes"};
    options.output = File("whole");
    options.splits = {*ParseSplitRule("valid=10%")};
    whole_ = Ingest(files_, options)->manifest;
  }

  std::string File(const std::string& name) const { return directory_.File(name); }

  DeriveOptions Options(const std::string& output, const std::string& source = "whole") {
    DeriveOptions options;
    options.source = File(source);
    options.output = File(output);
    return options;
  }

  std::vector<uint64_t> Keys(const std::string& dataset, const std::string& split = "") {
    ScanOptions options;
    options.split = split;
    auto scan = *DatasetScan::Open(files_, File(dataset), options);
    std::vector<uint64_t> keys;
    for (Drawing drawing; *scan.Next(drawing);) keys.push_back(drawing.key_id);
    return keys;
  }

  // What a stage would read, by key.
  std::vector<uint64_t> ViewKeys(const std::string& dataset, const std::string& split) {
    const auto reader = *DatasetReader::Open(files_, File(dataset));
    const View view = *OpenView({.split = split}, *reader);
    std::vector<uint64_t> keys;
    for (const View::Shard& shard : view.shards()) {
      for (const uint32_t row : shard.positions)
        keys.push_back(KeyOfHash(reader->shard(shard.shard).rows()[row].key_hash));
    }
    return keys;
  }

  FileSystem& files_ = LocalFileSystem();
  TemporaryDirectory directory_;
  DatasetManifest whole_;
};

TEST_F(DeriveDatasetTest, NewSplitsCutInsideShardsAsAnIngestWouldHaveCut) {
  DeriveOptions options = Options("cut");
  options.splits = {*ParseSplitRule("test=200"), *ParseSplitRule("none=0"), *ParseSplitRule("valid=50%")};
  ASSERT_OK_AND_ASSIGN(const DeriveReport report, DeriveDataset(files_, options));
  EXPECT_EQ(report.manifest.base, "../whole");
  EXPECT_EQ(report.manifest.sample_digest, whole_.sample_digest);
  EXPECT_THAT(*files_.List(File("cut")), ElementsAre("manifest.json"));

  IngestOptions again;
  again.inputs = {File("whole")};
  again.output = File("again");
  again.splits = *options.splits;
  ASSERT_THAT(Ingest(files_, again), IsOk());
  for (const std::string split : {"test", "none", "valid", "train"}) {
    EXPECT_EQ(Keys("cut", split), Keys("again", split)) << split;
    if (split != "none") {  // A view needs a drawing.
      EXPECT_EQ(ViewKeys("cut", split), Keys("again", split)) << split;
    }
  }
  EXPECT_TRUE((*VerifyDataset(files_, File("cut"))).ok());
}

TEST_F(DeriveDatasetTest, ACutAtAShardsFirstDrawingLeavesTheShardWhole) {
  DeriveOptions options = Options("same");
  options.splits = {*ParseSplitRule("valid=361")};
  ASSERT_OK_AND_ASSIGN(const DeriveReport report, DeriveDataset(files_, options));
  EXPECT_EQ(report.manifest.splits[0].end_shard, 1U);
  EXPECT_EQ(report.manifest.splits[1].first_shard, 1U);
  EXPECT_EQ(ViewKeys("same", "valid"), ViewKeys("whole", "valid"));
}

TEST_F(DeriveDatasetTest, DroppedKeysAreInNoViewAndNoScan) {
  const std::vector<uint64_t> all = Keys("whole");
  DeriveOptions options = Options("pruned");
  for (size_t i = 0; i < all.size(); i += 3) options.drop.insert(all[i]);
  options.drop.insert(1);
  ASSERT_OK_AND_ASSIGN(const DeriveReport report, DeriveDataset(files_, options));
  EXPECT_EQ(report.dropped, options.drop.size() - 1);
  EXPECT_EQ(report.unknown_keys, 1U);
  std::vector<uint64_t> expected;
  for (size_t i = 0; i < all.size(); ++i) {
    if (i % 3 != 0) expected.push_back(all[i]);
  }
  EXPECT_EQ(Keys("pruned"), expected);
  std::vector<uint64_t> viewed = ViewKeys("pruned", "valid");
  const std::vector<uint64_t> train = ViewKeys("pruned", "train");
  viewed.insert(viewed.end(), train.begin(), train.end());
  EXPECT_EQ(viewed, expected);
  ASSERT_OK_AND_ASSIGN(const VerifyReport verified, VerifyDataset(files_, File("pruned")));
  EXPECT_TRUE(verified.ok());
  EXPECT_EQ(verified.drawings, expected.size());
}

// What was pruned stays pruned in whatever is made of it, and the shards are those of the first dataset.
TEST_F(DeriveDatasetTest, ADerivedDatasetIsASourceLikeAnyOther) {
  DeriveOptions prune = Options("sub/ten");
  prune.filter.classes = {"cat", "apple"};
  prune.filter.limit_per_class = 100;
  ASSERT_OK_AND_ASSIGN(const DeriveReport pruned, DeriveDataset(files_, prune));
  EXPECT_EQ(pruned.manifest.drawings, 200U);
  EXPECT_EQ(pruned.manifest.base, "../../whole");
  DeriveOptions cut = Options("cut", "sub/ten");
  cut.splits = {*ParseSplitRule("valid=25%")};
  ASSERT_OK_AND_ASSIGN(const DeriveReport report, DeriveDataset(files_, cut));
  EXPECT_EQ(report.manifest.base, "../whole");
  EXPECT_EQ(report.manifest.sample_digest, pruned.manifest.sample_digest);
  EXPECT_EQ(Keys("cut", "valid").size(), 50U);
  EXPECT_EQ(Keys("cut"), Keys("sub/ten"));

  IngestOptions copy;
  copy.inputs = {File("cut")};
  copy.output = File("copy");
  ASSERT_OK_AND_ASSIGN(const IngestReport copied, Ingest(files_, copy));
  EXPECT_THAT(copied.manifest.classes, ElementsAre("apple", "cat"));
  EXPECT_EQ(copied.manifest.sample_digest, pruned.manifest.sample_digest);
}

TEST_F(DeriveDatasetTest, WhatCannotBeMadeIsRefusedAndLeavesNothing) {
  DeriveOptions nothing = Options("out");
  nothing.keep.emplace();
  EXPECT_THAT(DeriveDataset(files_, nothing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("would be left")));
  DeriveOptions many = Options("out");
  many.splits = {*ParseSplitRule("valid=5000")};
  EXPECT_THAT(DeriveDataset(files_, many), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("5000")));
  EXPECT_THAT(DeriveDataset(files_, Options("whole")), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(DeriveDataset(files_, Options("out", "none")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(files_.Exists(File("out")));
}

TEST_F(DeriveDatasetTest, ADamagedKeepListOrAMissingBaseIsNamed) {
  DeriveOptions options = Options("pruned");
  options.filter.classes = {"cat"};
  ASSERT_THAT(DeriveDataset(files_, options), IsOk());
  const std::string good = *ReadFile(files_, File("pruned/keep.ddk"));
  std::string bad = good;
  bad[bad.size() / 2] ^= 1;
  WriteText(File("pruned/keep.ddk"), bad);
  EXPECT_THAT(DatasetReader::Open(files_, File("pruned")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("keep.ddk: SHA-256 differs")));
  WriteText(File("pruned/keep.ddk"), good);
  ASSERT_THAT(files_.Rename(File("whole"), File("moved")), IsOk());
  EXPECT_THAT(DatasetReader::Open(files_, File("pruned")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard-00000.dds")));
}

TEST_F(DeriveDatasetTest, KeysAreReadFromTextAndCsv) {
  WriteText(File("keys.csv"), "key_id,word\n1,cat\n\n18446744073709551615,dog\r\n");
  ASSERT_OK_AND_ASSIGN(const auto keys, ReadKeyFile(files_, File("keys.csv")));
  EXPECT_THAT(keys, ::testing::UnorderedElementsAre(1, UINT64_MAX));
  WriteText(File("bad.txt"), "1\ntwo\n");
  EXPECT_THAT(ReadKeyFile(files_, File("bad.txt")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bad.txt:2")));
}

}  // namespace
}  // namespace doodle
