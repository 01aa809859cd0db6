#include "common/shard/dataset_manifest.h"

#include <functional>

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

DatasetManifest Example() {
  DatasetManifest manifest;
  manifest.classes = {"The Eiffel Tower", "cat"};
  manifest.splits = {{"valid", 0, 1, 5}, {"train", 1, 2, 7}};
  manifest.shards = {{"shard-00000.dds", 100, "aa", 5, {2, 3}}, {"shard-00001.dds", 120, "bb", 7, {7, 0}}};
  manifest.drawings = 12;
  manifest.digest = ManifestDigest(manifest);
  return manifest;
}

TEST(DatasetManifest, ComesBackFromItsJson) {
  ASSERT_OK_AND_ASSIGN(const DatasetManifest back, ParseManifest(SerializeManifest(Example())));
  EXPECT_EQ(back, Example());
}

TEST(DatasetManifest, AnyEditWithoutANewDigestIsRefused) {
  const std::vector<std::function<void(DatasetManifest&)>> edits = {
      [](DatasetManifest& m) { m.classes[1] = "dog"; }, [](DatasetManifest& m) { m.splits[0].name = "test"; },
      [](DatasetManifest& m) { m.shards[0].sha256 = "ab"; }, [](DatasetManifest& m) { m.shards[1].bytes = 121; },
      [](DatasetManifest& m) {
        m.shards[0].per_class = {3, 2};
      }};
  for (size_t i = 0; i < edits.size(); ++i) {
    DatasetManifest manifest = Example();
    edits[i](manifest);
    EXPECT_THAT(ParseManifest(SerializeManifest(manifest)), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("digest")))
        << i;
  }
}

TEST(DatasetManifest, CountsThatDoNotAddUpAreRefusedEvenWithARightDigest) {
  const std::vector<std::function<void(DatasetManifest&)>> edits = {
      [](DatasetManifest& m) { m.drawings = 13; },
      [](DatasetManifest& m) { m.splits[0].drawings = 6; },
      [](DatasetManifest& m) { m.splits[1].end_shard = 3; },
      [](DatasetManifest& m) { m.splits.pop_back(); },
      [](DatasetManifest& m) {
        m.shards[0].per_class = {2, 2};
      },
      [](DatasetManifest& m) { m.shards[0].per_class = {5}; },
      [](DatasetManifest& m) { m.shards[0].file = "../shard-00000.dds"; },
      [](DatasetManifest& m) {
        m.classes = {"cat", "cat"};
      }};
  for (size_t i = 0; i < edits.size(); ++i) {
    DatasetManifest manifest = Example();
    edits[i](manifest);
    manifest.digest = ManifestDigest(manifest);
    EXPECT_THAT(ParseManifest(SerializeManifest(manifest)), StatusIs(absl::StatusCode::kDataLoss)) << i;
  }
}

// Written by the first version of this program, which knew neither sample digest nor cuts.
TEST(DatasetManifest, VersionOneIsRead) {
  DatasetManifest manifest = Example();
  manifest.version = 1;
  manifest.digest = ManifestDigest(manifest);
  const std::string json = SerializeManifest(manifest);
  EXPECT_EQ(json,
            R"({"classes":["The Eiffel Tower","cat"],"digest":")" + manifest.digest +
                R"(","drawings":12,"shards":[{"bytes":100,"drawings":5,"file":"shard-00000.dds","per_class":[2,3],)"
                R"("sha256":"aa"},{"bytes":120,"drawings":7,"file":"shard-00001.dds","per_class":[7,0],)"
                R"("sha256":"bb"}],"splits":[{"drawings":5,"end_shard":1,"first_shard":0,"name":"valid"},)"
                R"({"drawings":7,"end_shard":2,"first_shard":1,"name":"train"}],"version":1})"
                "\n");
  ASSERT_OK_AND_ASSIGN(const DatasetManifest back, ParseManifest(json));
  EXPECT_EQ(back, manifest);
}

DatasetManifest CutInsideAShard() {
  DatasetManifest manifest = Example();
  manifest.sample_digest = "cc";
  manifest.base = "../whole";
  manifest.keep = {"keep.ddk", "dd"};
  manifest.splits = {{"valid", 0, 1, 3, 0, 0x1233}, {"none", 1, 1, 0}, {"train", 0, 2, 8, 0x1234, UINT64_MAX}};
  manifest.drawings = 11;
  manifest.digest = ManifestDigest(manifest);
  return manifest;
}

TEST(DatasetManifest, SplitsCutInsideAShardComeBackFromTheirJson) {
  ASSERT_OK_AND_ASSIGN(const DatasetManifest back, ParseManifest(SerializeManifest(CutInsideAShard())));
  EXPECT_EQ(back, CutInsideAShard());
}

TEST(DatasetManifest, ImpossibleCutsAreRefused) {
  const std::vector<std::function<void(DatasetManifest&)>> edits = {
      [](DatasetManifest& m) { m.splits[0].last_hash = 0x1234; },  // Overlaps the next split.
      [](DatasetManifest& m) {
        m.splits[2].first_hash = UINT64_MAX;
        m.splits[2].last_hash = 1;
      },
      [](DatasetManifest& m) {
        m.splits[2].first_shard = 1;
        m.splits[0].end_shard = 0;
      },
      [](DatasetManifest& m) { m.drawings = 12; }, [](DatasetManifest& m) { m.keep->file = "../keep.ddk"; }};
  for (size_t i = 0; i < edits.size(); ++i) {
    DatasetManifest manifest = CutInsideAShard();
    edits[i](manifest);
    manifest.digest = ManifestDigest(manifest);
    EXPECT_THAT(ParseManifest(SerializeManifest(manifest)), StatusIs(absl::StatusCode::kDataLoss)) << i;
  }
}

TEST(DatasetManifest, ANewerVersionIsRefusedByNumber) {
  EXPECT_THAT(ParseManifest(R"({"version":4})"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("version 4")));
}

// Earlier programs read what they can hold and refuse by version what they cannot.
TEST(DatasetManifest, VersionThreeIsWrittenOnlyForRawPointsAndClampedTimes) {
  DatasetManifest manifest = Example();
  EXPECT_EQ(ManifestVersionOf(manifest), 2U);
  manifest.points = PointsKind::kRaw;
  manifest.clamped_drawings = 4;
  manifest.version = ManifestVersionOf(manifest);
  manifest.digest = ManifestDigest(manifest);
  EXPECT_EQ(manifest.version, 3U);
  const std::string json = SerializeManifest(manifest);
  EXPECT_THAT(json, HasSubstr(R"("points":"raw")"));
  EXPECT_THAT(json, HasSubstr(R"("clamped_drawings":4)"));
  ASSERT_OK_AND_ASSIGN(const DatasetManifest back, ParseManifest(json));
  EXPECT_EQ(back, manifest);
  manifest.points = PointsKind::kSimplified;
  EXPECT_EQ(ManifestVersionOf(manifest), 3U);
}

TEST(DatasetManifest, AnUnknownKindOfPointsIsRefused) {
  DatasetManifest manifest = Example();
  manifest.points = PointsKind::kRaw;
  manifest.digest = ManifestDigest(manifest);
  std::string json = SerializeManifest(manifest);
  json.replace(json.find(R"("raw")"), 5, R"("row")");
  EXPECT_THAT(ParseManifest(json), StatusIs(absl::StatusCode::kDataLoss));
}

// It would lead out of the folder that was copied, to files that the manifest's reader did not mean.
TEST(DatasetManifest, AnAbsoluteBaseIsRefused) {
  DatasetManifest manifest = CutInsideAShard();
  manifest.base = "/etc";
  manifest.digest = ManifestDigest(manifest);
  EXPECT_THAT(ParseManifest(SerializeManifest(manifest)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("base is not relative")));
}

TEST(DatasetManifest, BadJsonAndMissingFieldsAreDataLoss) {
  for (const char* json : {"", "{", "[]", "{}", R"({"version":1})", R"({"version":"1"})"}) {
    EXPECT_THAT(ParseManifest(json), StatusIs(absl::StatusCode::kDataLoss)) << json;
  }
}

}  // namespace
}  // namespace doodle
