#include "common/checkpoint/checkpoint_manifest.h"

#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kVersion = 1;
constexpr char kManifest[] = "manifest.json";
constexpr uint64_t kMaximumManifest = 1 << 20;

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat(kManifest, ": ", what)); }

// Fields of a JSON object; the first that is missing or of another type is kept as the error. Thread-compatible.
class Fields {
 public:
  explicit Fields(const Json& json) : json_(json) {}

  std::string String(const char* name) {
    if (!json_.is_object() || !json_.contains(name) || !json_[name].is_string()) return Fail(name), std::string();
    return json_[name].get<std::string>();
  }
  uint64_t Number(const char* name) {
    if (!json_.is_object() || !json_.contains(name) || !json_[name].is_number_unsigned())
      return Fail(name), uint64_t{0};
    return json_[name].get<uint64_t>();
  }
  const absl::Status& status() const { return status_; }

 private:
  void Fail(const char* name) {
    if (status_.ok()) status_ = Damaged(absl::StrCat("no proper ", name));
  }

  const Json& json_;
  absl::Status status_;
};

// A file of the checkpoint is one path component, so that a manifest cannot point anywhere else.
bool IsFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name != kManifest && !absl::StrContains(name, '/') &&
         !absl::StrContains(name, '\0');
}

absl::Status ParseFiles(const Json& json, std::vector<CheckpointFile>& files) {
  std::set<std::string> names;
  for (const Json& entry : json) {
    Fields fields(entry);
    CheckpointFile file{fields.String("name"), fields.Number("bytes"), fields.String("sha256")};
    DOODLE_RETURN_IF_ERROR(fields.status());
    if (!IsFileName(file.name)) return Damaged(absl::StrCat("\"", file.name, "\" is not a file name"));
    if (!names.insert(file.name).second) return Damaged(absl::StrCat(file.name, " is listed twice"));
    files.push_back(std::move(file));
  }
  return absl::OkStatus();
}

absl::Status VerifyFile(FileSystem& files, const std::string& directory, const CheckpointFile& expected) {
  const std::string path = absl::StrCat(directory, "/", expected.name);
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> file = files.Open(path);
  if (absl::IsNotFound(file.status())) return absl::DataLossError(absl::StrCat(path, ": is missing"));
  DOODLE_RETURN_IF_ERROR(file.status());
  if ((*file)->size() != expected.bytes) {
    return absl::DataLossError(
        absl::StrCat(path, ": has ", (*file)->size(), " bytes, the manifest says ", expected.bytes));
  }
  DOODLE_ASSIGN_OR_RETURN(std::string sha256, Sha256OfFile(files, path));
  if (sha256 != expected.sha256) return absl::DataLossError(absl::StrCat(path, ": sha256 differs from the manifest"));
  return absl::OkStatus();
}

}  // namespace

std::string SerializeCheckpointManifest(const CheckpointManifest& manifest) {
  Json list = Json::array();
  for (const CheckpointFile& file : manifest.files) {
    list.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  Json json = {{"version", manifest.version},
               {"job", manifest.job},
               {"generation", manifest.tag.generation},
               {"next_step", manifest.tag.next_step},
               {"parameters_digest", manifest.parameters_digest},
               {"optimizer_digest", manifest.optimizer_digest},
               {"files", list}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<CheckpointManifest> ParseCheckpointManifest(absl::string_view text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Damaged("not a JSON object");
  Fields fields(json);
  CheckpointManifest manifest;
  uint64_t version = fields.Number("version");
  DOODLE_RETURN_IF_ERROR(fields.status());
  if (version != kVersion) {
    return absl::UnimplementedError(absl::StrCat(kManifest, ": version ", version, " is newer than this program"));
  }
  manifest.job = fields.String("job");
  manifest.tag = {fields.Number("generation"), fields.Number("next_step")};
  manifest.parameters_digest = fields.String("parameters_digest");
  manifest.optimizer_digest = fields.String("optimizer_digest");
  DOODLE_RETURN_IF_ERROR(fields.status());
  if (!json.contains("files") || !json["files"].is_array()) return Damaged("no proper files");
  DOODLE_RETURN_IF_ERROR(ParseFiles(json["files"], manifest.files));
  return manifest;
}

absl::StatusOr<CheckpointManifest> VerifyCheckpoint(FileSystem& files, const std::string& directory) {
  DOODLE_ASSIGN_OR_RETURN(std::string json, ReadFile(files, absl::StrCat(directory, "/", kManifest), kMaximumManifest));
  DOODLE_ASSIGN_OR_RETURN(CheckpointManifest manifest, ParseCheckpointManifest(json), directory);
  for (const CheckpointFile& file : manifest.files) DOODLE_RETURN_IF_ERROR(VerifyFile(files, directory, file));
  return manifest;
}

}  // namespace doodle
