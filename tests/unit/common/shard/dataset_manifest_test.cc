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

TEST(DatasetManifest, ANewerVersionIsRefusedByNumber) {
  EXPECT_THAT(ParseManifest(R"({"version":2})"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("version 2")));
}

TEST(DatasetManifest, BadJsonAndMissingFieldsAreDataLoss) {
  for (const char* json : {"", "{", "[]", "{}", R"({"version":1})", R"({"version":"1"})"}) {
    EXPECT_THAT(ParseManifest(json), StatusIs(absl::StatusCode::kDataLoss)) << json;
  }
}

}  // namespace
}  // namespace doodle
