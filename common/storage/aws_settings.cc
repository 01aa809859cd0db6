#include "common/storage/aws_settings.h"

#include <cstdlib>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kMostFileBytes = 1 << 20;

using Section = std::map<std::string, std::string>;

// The settings of one section of an INI file, as AWS's tools write it. Indented lines are settings within a setting,
// which none of ours is.
absl::StatusOr<Section> ReadSection(FileSystem& files, const std::string& path, const std::string& wanted) {
  auto text = ReadFile(files, path, kMostFileBytes);
  if (absl::IsNotFound(text.status())) return Section();
  DOODLE_RETURN_IF_ERROR(text.status());
  Section section;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    const absl::string_view bare = absl::StripAsciiWhitespace(line);
    if (bare.empty() || bare[0] == '#' || bare[0] == ';') continue;
    if (bare[0] == '[') {
      inside = bare == absl::StrCat("[", wanted, "]");
      continue;
    }
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(bare, absl::MaxSplits('=', 1));
    if (!inside || absl::ascii_isspace(static_cast<unsigned char>(line[0]))) continue;
    section[absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts.first))] =
        std::string(absl::StripAsciiWhitespace(parts.second));
  }
  return section;
}

std::string Setting(const Section& section, const std::string& name) {
  const auto found = section.find(name);
  return found == section.end() ? "" : found->second;
}

struct Profile {
  std::string name;
  std::string credentials_path;
  Section credentials;
  Section config;
};

absl::StatusOr<Profile> ReadProfile(const VariableLookup& variable, FileSystem& files) {
  Profile profile;
  const std::string folder = absl::StrCat(variable("HOME").value_or(""), "/.aws/");
  profile.name = variable("AWS_PROFILE").value_or("default");
  profile.credentials_path = variable("AWS_SHARED_CREDENTIALS_FILE").value_or(absl::StrCat(folder, "credentials"));
  DOODLE_ASSIGN_OR_RETURN(profile.credentials, ReadSection(files, profile.credentials_path, profile.name));
  const std::string section = profile.name == "default" ? profile.name : absl::StrCat("profile ", profile.name);
  DOODLE_ASSIGN_OR_RETURN(
      profile.config,
      ReadSection(files, variable("AWS_CONFIG_FILE").value_or(absl::StrCat(folder, "config")), section));
  return profile;
}

absl::StatusOr<AwsCredentials> FindCredentials(const VariableLookup& variable, const Profile& profile) {
  AwsCredentials found;
  if (const auto key = variable("AWS_ACCESS_KEY_ID")) {
    found = {*key, variable("AWS_SECRET_ACCESS_KEY").value_or(""), variable("AWS_SESSION_TOKEN").value_or("")};
    if (found.secret_key.empty()) {
      return absl::UnauthenticatedError("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
    }
    return found;
  }
  found = {Setting(profile.credentials, "aws_access_key_id"), Setting(profile.credentials, "aws_secret_access_key"),
           Setting(profile.credentials, "aws_session_token")};
  if (!found.access_key.empty() && !found.secret_key.empty()) return found;
  return absl::UnauthenticatedError(absl::StrCat(
      "no credentials for s3://: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them to the profile \"",
      profile.name, "\" of ", profile.credentials_path));
}

// The text is not shown: there may be a password in it.
absl::StatusOr<std::string> CheckedEndpoint(absl::string_view rest, absl::string_view setting) {
  const bool secure = absl::StartsWith(rest, "https://");
  if (!secure && !absl::StartsWith(rest, "http://")) {
    return absl::InvalidArgumentError(absl::StrCat(setting, ": the endpoint must begin with http:// or https://"));
  }
  rest.remove_prefix(secure ? 8 : 7);
  absl::ConsumeSuffix(&rest, "/");
  if (rest.empty() || rest.find_first_of("/?#@ ") != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(setting, ": the endpoint must be a host and perhaps a port, without a path or a user"));
  }
  absl::ConsumeSuffix(&rest, secure ? ":443" : ":80");
  return absl::StrCat(secure ? "https://" : "http://", rest);
}

absl::Status FindEndpoint(const VariableLookup& variable, const Profile& profile, AwsSettings& settings) {
  std::string named = Setting(profile.config, "endpoint_url");
  absl::string_view setting = "endpoint_url";
  for (const char* name : {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"}) {
    const std::optional<std::string> value = variable(name);
    if (!value) continue;
    named = *value;
    setting = name;
  }
  settings.path_style = !named.empty();
  if (named.empty()) named = absl::StrCat("https://s3.", settings.region, ".amazonaws.com");
  DOODLE_ASSIGN_OR_RETURN(settings.endpoint, CheckedEndpoint(named, setting));
  const std::string style = variable("DOODLE_S3_PATH_STYLE").value_or(settings.path_style ? "1" : "0");
  if (style != "0" && style != "1") return absl::InvalidArgumentError("DOODLE_S3_PATH_STYLE: must be 0 or 1");
  settings.path_style = style == "1";
  return absl::OkStatus();
}

}  // namespace

VariableLookup ProcessVariables() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

absl::StatusOr<AwsSettings> ReadAwsSettings(const VariableLookup& variable, FileSystem& files) {
  DOODLE_ASSIGN_OR_RETURN(const Profile profile, ReadProfile(variable, files));
  AwsSettings settings;
  DOODLE_ASSIGN_OR_RETURN(settings.credentials, FindCredentials(variable, profile));
  settings.region = Setting(profile.config, "region");
  for (const char* name : {"AWS_DEFAULT_REGION", "AWS_REGION"}) {
    settings.region = variable(name).value_or(settings.region);
  }
  if (settings.region.empty()) settings.region = "us-east-1";
  DOODLE_RETURN_IF_ERROR(FindEndpoint(variable, profile, settings));
  return settings;
}

}  // namespace doodle
