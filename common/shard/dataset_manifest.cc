#include "common/shard/dataset_manifest.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr char kRawPoints[] = "raw";

using Json = nlohmann::json;  // Its objects keep their keys sorted, which makes a dump canonical.

// Key hashes as text: many a JSON reader takes numbers of 64 bits for doubles.
Json ToJson(const SplitEntry& split) {
  Json json = {{"name", split.name},
               {"first_shard", split.first_shard},
               {"end_shard", split.end_shard},
               {"drawings", split.drawings}};
  if (split.cuts_shards()) {
    json["first_hash"] = absl::StrCat(absl::Hex(split.first_hash, absl::kZeroPad16));
    json["last_hash"] = absl::StrCat(absl::Hex(split.last_hash, absl::kZeroPad16));
  }
  return json;
}

SplitEntry SplitFromJson(const Json& json) {
  SplitEntry split{json.at("name"), json.at("first_shard"), json.at("end_shard"), json.at("drawings")};
  if (!json.contains("first_hash")) return split;
  const auto first = json.at("first_hash").get<std::string>();
  const auto last = json.at("last_hash").get<std::string>();
  if (!absl::SimpleHexAtoi(first, &split.first_hash) || !absl::SimpleHexAtoi(last, &split.last_hash)) {
    split.first_hash = 1;  // A range that CheckSplits refuses.
    split.last_hash = 0;
  }
  return split;
}

// Fields that an earlier version does not have are there only where they say something.
Json ToJson(const DatasetManifest& manifest) {
  Json json = {{"version", manifest.version},
               {"classes", manifest.classes},
               {"drawings", manifest.drawings},
               {"splits", Json::array()},
               {"shards", Json::array()}};
  for (const SplitEntry& split : manifest.splits) json["splits"].push_back(ToJson(split));
  for (const ShardEntry& shard : manifest.shards) {
    json["shards"].push_back({{"file", shard.file},
                              {"bytes", shard.bytes},
                              {"sha256", shard.sha256},
                              {"drawings", shard.drawings},
                              {"per_class", shard.per_class}});
  }
  if (!manifest.sample_digest.empty()) json["sample_digest"] = manifest.sample_digest;
  if (!manifest.base.empty()) json["base"] = manifest.base;
  if (manifest.points == PointsKind::kRaw) json["points"] = kRawPoints;
  if (manifest.clamped_drawings > 0) json["clamped_drawings"] = manifest.clamped_drawings;
  if (manifest.keep) json["keep"] = {{"file", manifest.keep->file}, {"sha256", manifest.keep->sha256}};
  return json;
}

DatasetManifest FromJson(const Json& json) {
  DatasetManifest manifest;
  json.at("version").get_to(manifest.version);
  json.at("digest").get_to(manifest.digest);
  json.at("classes").get_to(manifest.classes);
  json.at("drawings").get_to(manifest.drawings);
  manifest.sample_digest = json.value("sample_digest", "");
  manifest.base = json.value("base", "");
  manifest.clamped_drawings = json.value("clamped_drawings", uint64_t{0});
  // Any other word is lost here, and the digest with it.
  if (json.value("points", "") == kRawPoints) manifest.points = PointsKind::kRaw;
  if (json.contains("keep")) manifest.keep = {json.at("keep").at("file"), json.at("keep").at("sha256")};
  for (const Json& split : json.at("splits")) manifest.splits.push_back(SplitFromJson(split));
  for (const Json& shard : json.at("shards")) {
    manifest.shards.push_back(
        {shard.at("file"), shard.at("bytes"), shard.at("sha256"), shard.at("drawings"), shard.at("per_class")});
  }
  return manifest;
}

absl::Status Mismatch(absl::string_view what) { return absl::DataLossError(absl::StrCat(what, " does not add up")); }

bool IsFileName(const std::string& name) {
  return !name.empty() && !absl::StrContains(name, '/') && name.front() != '.';
}

absl::Status CheckShards(const DatasetManifest& manifest) {
  for (const ShardEntry& shard : manifest.shards) {
    if (!IsFileName(shard.file)) return absl::DataLossError(absl::StrCat("bad shard name \"", shard.file, "\""));
    const uint64_t labeled = std::accumulate(shard.per_class.begin(), shard.per_class.end(), uint64_t{0});
    if (shard.per_class.size() != manifest.classes.size() || labeled != shard.drawings) return Mismatch(shard.file);
  }
  if (manifest.keep && !IsFileName(manifest.keep->file)) return absl::DataLossError("bad name of the keep-list");
  return absl::OkStatus();
}

// Of a split that is whole shards; DatasetReader counts the others.
absl::Status CheckSplitSize(const SplitEntry& split, const DatasetManifest& manifest) {
  if (split.cuts_shards() || manifest.keep) return absl::OkStatus();
  uint64_t drawings = 0;
  for (uint32_t shard = split.first_shard; shard < split.end_shard; ++shard)
    drawings += manifest.shards[shard].drawings;
  return drawings == split.drawings ? absl::OkStatus() : Mismatch(absl::StrCat("split ", split.name));
}

// Splits cover the shards one after another; two that are cut may share the shard between them.
absl::Status CheckSplits(const DatasetManifest& manifest) {
  uint32_t next = 0;
  uint64_t next_hash = 0;
  uint64_t drawings = 0;
  for (const SplitEntry& split : manifest.splits) {
    const bool shares = split.cuts_shards() && next > 0 && split.first_shard + 1 == next;
    const bool ordered = !split.cuts_shards() || (split.first_hash >= next_hash && split.first_hash <= split.last_hash);
    if ((split.first_shard != next && !shares) || split.end_shard < split.first_shard ||
        split.end_shard > manifest.shards.size() || !ordered) {
      return Mismatch(absl::StrCat("split ", split.name));
    }
    DOODLE_RETURN_IF_ERROR(CheckSplitSize(split, manifest));
    next = std::max(next, split.end_shard);
    if (split.cuts_shards()) next_hash = split.last_hash + static_cast<uint64_t>(split.last_hash != UINT64_MAX);
    drawings += split.drawings;
  }
  if (drawings != manifest.drawings) return Mismatch("number of drawings");
  return next == manifest.shards.size() ? absl::OkStatus() : Mismatch("number of shards");
}

absl::Status CheckManifest(const DatasetManifest& manifest) {
  if (manifest.digest != ManifestDigest(manifest)) return absl::DataLossError("wrong digest");
  const auto& classes = manifest.classes;
  if (std::adjacent_find(classes.begin(), classes.end(), std::greater_equal<>()) != classes.end()) {
    return absl::DataLossError("classes are not sorted");
  }
  if (!manifest.base.empty() && manifest.base.front() == '/') return absl::DataLossError("base is not relative");
  DOODLE_RETURN_IF_ERROR(CheckShards(manifest));
  return CheckSplits(manifest);
}

}  // namespace

uint32_t ManifestVersionOf(const DatasetManifest& manifest) {
  return manifest.points == PointsKind::kRaw || manifest.clamped_drawings > 0 ? 3 : 2;
}

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
                                                      ", this program reads versions up to ", kManifestVersion));
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
