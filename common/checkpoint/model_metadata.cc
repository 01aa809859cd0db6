#include "common/checkpoint/model_metadata.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/render/raster_words.h"
#include "common/status/status.h"

namespace doodle {
namespace {

using Json = nlohmann::ordered_json;
using Map = std::map<std::string, std::string>;

// The job file's words. Part of the file format: DO NOT CHANGE.
constexpr std::pair<RasterFit, const char*> kFits[] = {
    {RasterFit::kTopLeft, "top_left"}, {RasterFit::kCenter, "center"}, {RasterFit::kStretch, "stretch"}};
constexpr std::pair<RasterChannels, const char*> kChannels[] = {{RasterChannels::kGray, "gray"},
                                                                {RasterChannels::kColor, "color"},
                                                                {RasterChannels::kThirds, "thirds"},
                                                                {RasterChannels::kTime, "time"}};
constexpr std::pair<RasterUnit, const char*> kUnits[] = {{RasterUnit::kPixels, "pixels"},
                                                         {RasterUnit::kFrame, "frame"}};
constexpr std::pair<RasterNormalize, const char*> kNormalizations[] = {
    {RasterNormalize::kNone, "none"}, {RasterNormalize::kImagenet, "imagenet"}, {RasterNormalize::kUnit, "unit"}};

template <typename Enum, size_t N>
const char* WordOf(const std::pair<Enum, const char*> (&table)[N], Enum value) {
  for (const auto& [entry, word] : table) {
    if (entry == value) return word;
  }
  return "";
}

template <typename Enum, size_t N>
bool ReadWord(const std::pair<Enum, const char*> (&table)[N], const Json& json, const char* key, Enum& value) {
  if (!json.contains(key) || !json[key].is_string()) return false;
  for (const auto& [entry, word] : table) {
    if (json[key].get<std::string>() == word) return value = entry, true;
  }
  return false;
}

absl::Status BadValue(absl::string_view key) {
  return absl::InvalidArgumentError(absl::StrCat("model metadata: ", key, " cannot be read"));
}

Json ChannelsToJson(const RasterSpec& raster) {
  if (raster.channels != RasterChannels::kList) return WordOf(kChannels, raster.channels);
  Json names = Json::array();
  for (const RasterChannel channel : raster.list) names.push_back(std::string(NameOf(channel)));
  return names;
}

bool ReadChannels(const Json& json, RasterSpec& raster) {
  if (!json.contains("channels") || !json["channels"].is_array()) {
    return ReadWord(kChannels, json, "channels", raster.channels);
  }
  raster.channels = RasterChannels::kList;
  for (const Json& name : json["channels"]) {
    const auto channel = name.is_string() ? RasterChannelOf(name.get<std::string>()) : std::nullopt;
    if (!channel) return false;
    raster.list.push_back(*channel);
  }
  return !raster.list.empty() && raster.list.size() <= kMaxRasterChannels;
}

// Written only where they say something, as weights from before there were margins and units.
bool ReadMargin(const Json& json, RasterSpec& raster) {
  if (json.contains("unit") && !ReadWord(kUnits, json, "unit", raster.unit)) return false;
  if (!json.contains("margin")) return true;
  if (!json["margin"].is_number()) return false;
  raster.margin = json["margin"].get<double>();
  return raster.margin >= 0;
}

std::string RasterToJson(const RasterSpec& raster) {
  Json json = {{"size", raster.size},
               {"line_width", raster.line_width},
               {"fit", WordOf(kFits, raster.fit)},
               {"channels", ChannelsToJson(raster)},
               {"normalize", WordOf(kNormalizations, raster.normalize)}};
  if (raster.margin > 0) json["margin"] = raster.margin;
  if (raster.unit != RasterUnit::kPixels) json["unit"] = WordOf(kUnits, raster.unit);
  return json.dump();
}

absl::StatusOr<RasterSpec> RasterFromJson(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  RasterSpec raster;
  if (!json.is_object() || !json.contains("size") || !json["size"].is_number_unsigned() ||
      !json.contains("line_width") || !json["line_width"].is_number() || !ReadWord(kFits, json, "fit", raster.fit) ||
      !ReadChannels(json, raster) || !ReadMargin(json, raster) ||
      !ReadWord(kNormalizations, json, "normalize", raster.normalize)) {
    return BadValue("raster");
  }
  uint64_t size = json["size"].get<uint64_t>();
  raster.line_width = json["line_width"].get<double>();
  if (size < 8 || size > 1024 || !(raster.line_width > 0)) return BadValue("raster");
  raster.size = static_cast<int>(size);
  return raster;
}

absl::StatusOr<std::vector<std::string>> ClassesFromJson(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array() || json.empty()) return BadValue("classes");
  std::vector<std::string> classes;
  for (const Json& name : json) {
    if (!name.is_string()) return BadValue("classes");
    classes.push_back(name.get<std::string>());
  }
  return classes;
}

absl::Status RequireKeys(const Map& map) {
  for (const char* key : {"arch", "classes", "in_channels", "raster"}) {
    if (!map.contains(key)) {
      return absl::FailedPreconditionError(absl::StrCat("model metadata: no ", key, ": not weights that doodle wrote"));
    }
  }
  return absl::OkStatus();
}

std::string ValueOr(const Map& map, const std::string& key) {
  auto found = map.find(key);
  return found == map.end() ? "" : found->second;
}

}  // namespace

Map MetadataToMap(const ModelMetadata& metadata) {
  return {{"format", "pt"},
          {"arch", metadata.arch},
          {"classes", Json(metadata.classes).dump(-1, ' ', false, Json::error_handler_t::replace)},
          {"in_channels", absl::StrCat(metadata.in_channels)},
          {"raster", RasterToJson(metadata.raster)},
          {"data_digest", metadata.data_digest},
          {"doodle_version", metadata.doodle_version}};
}

absl::StatusOr<ModelMetadata> MetadataFromMap(const Map& map) {
  DOODLE_RETURN_IF_ERROR(RequireKeys(map));
  ModelMetadata metadata{.arch = map.at("arch"),
                         .data_digest = ValueOr(map, "data_digest"),
                         .doodle_version = ValueOr(map, "doodle_version")};
  DOODLE_ASSIGN_OR_RETURN(metadata.classes, ClassesFromJson(map.at("classes")));
  DOODLE_ASSIGN_OR_RETURN(metadata.raster, RasterFromJson(map.at("raster")));
  if (!absl::SimpleAtoi(map.at("in_channels"), &metadata.in_channels) || metadata.in_channels < 1) {
    return BadValue("in_channels");
  }
  return metadata;
}

std::string MetadataToJson(const ModelMetadata& metadata) {
  return Json(MetadataToMap(metadata)).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<ModelMetadata> MetadataFromJson(absl::string_view text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError("model metadata: not a JSON object");
  Map map;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) map[key] = value.get<std::string>();
  }
  return MetadataFromMap(map);
}

}  // namespace doodle
