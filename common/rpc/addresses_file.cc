#include "common/rpc/addresses_file.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kLargestFile = 1 << 16;  // Bytes.

std::string Text(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string AddressesPath(const std::string& directory) { return absl::StrCat(directory, "/addresses.json"); }

absl::Status WriteAddresses(FileSystem& files, const std::string& directory, const Addresses& addresses) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!addresses.grpc.empty()) json["grpc"] = addresses.grpc;
  json["admin"] = addresses.admin;
  json["pid"] = addresses.pid;
  if (!addresses.worker_id.empty()) json["worker_id"] = addresses.worker_id;
  return WriteFileAtomically(files, AddressesPath(directory), absl::StrCat(json.dump(), "\n"));
}

absl::StatusOr<Addresses> ReadAddresses(FileSystem& files, const std::string& directory) {
  const std::string path = AddressesPath(directory);
  DOODLE_ASSIGN_OR_RETURN(const std::string text, ReadFile(files, path, kLargestFile));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::DataLossError(absl::StrCat(path, ": is no JSON object"));
  Addresses addresses;
  addresses.grpc = Text(json, "grpc");
  addresses.admin = Text(json, "admin");
  addresses.worker_id = Text(json, "worker_id");
  const auto pid = json.find("pid");
  if (pid != json.end() && pid->is_number_integer()) addresses.pid = pid->get<int64_t>();
  return addresses;
}

absl::Status RemoveAddresses(FileSystem& files, const std::string& directory) {
  return files.RemoveAll(AddressesPath(directory));
}

}  // namespace doodle
