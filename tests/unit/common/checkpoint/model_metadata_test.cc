#include "common/checkpoint/model_metadata.h"

#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

ModelMetadata Metadata() {
  return {
      .arch = "resnet18",
      .classes = {"The Eiffel Tower", "cat"},
      .in_channels = 1,
      .raster = {.size = 32, .line_width = 1.3, .fit = RasterFit::kTopLeft, .normalize = RasterNormalize::kImagenet},
      .data_digest = "ab12",
      .doodle_version = "0.1.0"};
}

TEST(ModelMetadataTest, RoundTripThroughMapAndJson) {
  ASSERT_OK_AND_ASSIGN(ModelMetadata from_map, MetadataFromMap(MetadataToMap(Metadata())));
  EXPECT_EQ(from_map, Metadata());
  ASSERT_OK_AND_ASSIGN(ModelMetadata from_json, MetadataFromJson(MetadataToJson(Metadata())));
  EXPECT_EQ(from_json, Metadata());
}

// Other tools read these keys.
TEST(ModelMetadataTest, KeysAndValuesAreAsDocumented) {
  auto map = MetadataToMap(Metadata());
  EXPECT_EQ(map["format"], "pt");
  EXPECT_EQ(map["classes"], R"(["The Eiffel Tower","cat"])");
  EXPECT_EQ(map["raster"], R"({"size":32,"line_width":1.3,"fit":"top_left","channels":"gray","normalize":"imagenet"})");
}

TEST(ModelMetadataTest, ListedChannelsMarginAndUnitComeBack) {
  ModelMetadata metadata = Metadata();
  metadata.raster.margin = 4;
  metadata.raster.unit = RasterUnit::kFrame;
  metadata.raster.channels = RasterChannels::kList;
  metadata.raster.list = {RasterChannel::kInk, RasterChannel::kAcceleration};
  ASSERT_OK_AND_ASSIGN(const ModelMetadata read, MetadataFromMap(MetadataToMap(metadata)));
  EXPECT_EQ(read, metadata);
}

// Weights of somebody else say nothing about their input: refused by the missing key.
TEST(ModelMetadataTest, MissingKeysAreNamed) {
  for (const char* key : {"arch", "classes", "in_channels", "raster"}) {
    auto map = MetadataToMap(Metadata());
    map.erase(key);
    EXPECT_THAT(MetadataFromMap(map), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(key)));
  }
}

TEST(ModelMetadataTest, ValuesThatCannotBeReadAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"classes", "cat"},
      {"classes", "[]"},
      {"classes", "[1]"},
      {"in_channels", "0"},
      {"raster", "{}"},
      {"raster", "32"},
      {"in_channels", "x"},
      {"raster", "{\"size\":-1}"},
      {"raster", R"({"size":32,"line_width":1,"fit":"center","channels":["smell"],"normalize":"unit"})"},
      {"raster", R"({"size":32,"line_width":1,"fit":"center","channels":[],"normalize":"unit"})"}};
  for (const auto& [key, value] : cases) {
    auto map = MetadataToMap(Metadata());
    map[key] = value;
    EXPECT_THAT(MetadataFromMap(map), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(key))) << value;
  }
}

}  // namespace
}  // namespace doodle
