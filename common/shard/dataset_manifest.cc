#include "common/shard/dataset_manifest.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

using Json = nlohmann::json;  // Its objects keep their keys sorted, which makes a dump canonical.

Json ToJson(const DatasetManifest& manifest) {
  Json json = {{"version", manifest.version},
               {"classes", manifest.classes},
               {"drawings", manifest.drawings},
               {"splits", Json::array()},
               {"shards", Json::array()}};
  for (const SplitEntry& split : manifest.splits) {
    json["splits"].push_back({{"name", split.name},
                              {"first_shard", split.first_shard},
                              {"end_shard", split.end_shard},
                              {"drawings", split.drawings}});
  }
  for (const ShardEntry& shard : manifest.shards) {
    json["shards"].push_back({{"file", shard.file},
                              {"bytes", shard.bytes},
                              {"sha256", shard.sha256},
                              {"drawings", shard.drawings},
                              {"per_class", shard.per_class}});
  }
  return json;
}

DatasetManifest FromJson(const Json& json) {
  DatasetManifest manifest;
  json.at("version").get_to(manifest.version);
  json.at("digest").get_to(manifest.digest);
  json.at("classes").get_to(manifest.classes);
  json.at("drawings").get_to(manifest.drawings);
  for (const Json& split : json.at("splits")) {
    manifest.splits.push_back({split.at("name"), split.at("first_shard"), split.at("end_shard"), split.at("drawings")});
  }
  for (const Json& shard : json.at("shards")) {
    manifest.shards.push_back(
        {shard.at("file"), shard.at("bytes"), shard.at("sha256"), shard.at("drawings"), shard.at("per_class")});
  }
  return manifest;
}

absl::Status Mismatch(absl::string_view what) { return absl::DataLossError(absl::StrCat(what, " does not add up")); }

absl::Status CheckShards(const DatasetManifest& manifest) {
  uint64_t drawings = 0;
  for (const ShardEntry& shard : manifest.shards) {
    if (shard.file.empty() || absl::StrContains(shard.file, '/') || shard.file.front() == '.') {
      return absl::DataLossError(absl::StrCat("bad shard name \"", shard.file, "\""));
    }
    const uint64_t labeled = std::accumulate(shard.per_class.begin(), shard.per_class.end(), uint64_t{0});
    if (shard.per_class.size() != manifest.classes.size() || labeled != shard.drawings) return Mismatch(shard.file);
    drawings += shard.drawings;
  }
  return drawings == manifest.drawings ? absl::OkStatus() : Mismatch("number of drawings");
}

// Splits cover the shards one after another.
absl::Status CheckSplits(const DatasetManifest& manifest) {
  uint32_t next = 0;
  for (const SplitEntry& split : manifest.splits) {
    if (split.first_shard != next || split.end_shard < next || split.end_shard > manifest.shards.size()) {
      return Mismatch(absl::StrCat("split ", split.name));
    }
    uint64_t drawings = 0;
    for (; next < split.end_shard; ++next) drawings += manifest.shards[next].drawings;
    if (drawings != split.drawings) return Mismatch(absl::StrCat("split ", split.name));
  }
  return next == manifest.shards.size() ? absl::OkStatus() : Mismatch("number of shards");
}

absl::Status CheckManifest(const DatasetManifest& manifest) {
  if (manifest.digest != ManifestDigest(manifest)) return absl::DataLossError("wrong digest");
  const auto& classes = manifest.classes;
  if (std::adjacent_find(classes.begin(), classes.end(), std::greater_equal<>()) != classes.end()) {
    return absl::DataLossError("classes are not sorted");
  }
  DOODLE_RETURN_IF_ERROR(CheckShards(manifest));
  return CheckSplits(manifest);
}

}  // namespace

std::string ManifestDigest(const DatasetManifest& manifest) { return Sha256Hex(ToJson(manifest).dump()); }

std::string SerializeManifest(const DatasetManifest& manifest) {
  Json json = ToJson(manifest);
  json["digest"] = manifest.digest;
  return json.dump() + "\n";
}

absl::StatusOr<DatasetManifest> ParseManifest(absl::string_view json) {
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return absl::DataLossError("manifest: not a JSON object");
  const auto version = parsed.find("version");
  if (version != parsed.end() && version->is_number_unsigned() && version->get<uint64_t>() > kManifestVersion) {
    return absl::FailedPreconditionError(absl::StrCat("manifest: version ", version->get<uint64_t>(),
                                                      ", this program reads version ", kManifestVersion));
  }
  DatasetManifest manifest;
  try {  // The library's way to say that a field is missing or ill-typed.
    manifest = FromJson(parsed);
  } catch (const Json::exception& error) {
    return absl::DataLossError(absl::StrCat("manifest: ", error.what()));
  }
  DOODLE_RETURN_IF_ERROR(CheckManifest(manifest), "manifest");
  return manifest;
}

}  // namespace doodle
