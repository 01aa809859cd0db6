#include "common/spec/context_file.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {

namespace {

// Throws yaml-cpp's exceptions.
absl::StatusOr<ContextFile> Read(const std::string& text) {
  ContextFile contexts;
  const YAML::Node root = YAML::Load(text);
  if (root.IsNull()) return contexts;
  if (!root.IsMap()) return absl::InvalidArgumentError("not a block of `current` and `contexts`");
  for (const auto& field : root) {
    const std::string name = field.first.as<std::string>();
    if (name == "current") {
      contexts.current = field.second.as<std::string>("");
    } else if (name == "contexts") {
      for (const auto& entry : field.second) {
        contexts.coordinators[entry.first.as<std::string>()] = entry.second.as<std::string>();
      }
    } else {
      return absl::InvalidArgumentError(absl::StrCat("unknown field \"", name, "\""));
    }
  }
  return contexts;
}

}  // namespace

absl::StatusOr<ContextFile> ParseContextFile(absl::string_view yaml) {
  absl::StatusOr<ContextFile> contexts;
  try {
    contexts = Read(std::string(yaml));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(error.what());
  }
  if (contexts.ok() && !contexts->current.empty() && contexts->coordinators.count(contexts->current) == 0) {
    return absl::InvalidArgumentError(absl::StrCat("current: no context \"", contexts->current, "\""));
  }
  return contexts;
}

std::string SerializeContextFile(const ContextFile& contexts) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "current" << YAML::Value << contexts.current;
  out << YAML::Key << "contexts" << YAML::Value << YAML::BeginMap;
  for (const auto& [name, address] : contexts.coordinators) out << YAML::Key << name << YAML::Value << address;
  out << YAML::EndMap << YAML::EndMap;
  return absl::StrCat(out.c_str(), "\n");
}

std::string ContextFilePath(const std::function<std::optional<std::string>(const std::string&)>& variable) {
  if (const auto path = variable("DOODLE_CONFIG")) return *path;
  if (const auto base = variable("XDG_CONFIG_HOME")) return absl::StrCat(*base, "/doodle/config.yaml");
  if (const auto home = variable("HOME")) return absl::StrCat(*home, "/.config/doodle/config.yaml");
  return "";
}

absl::StatusOr<ContextFile> ReadContextFile(FileSystem& files, const std::string& path) {
  if (path.empty() || !files.Exists(path)) return ContextFile{};
  DOODLE_ASSIGN_OR_RETURN(const std::string text, ReadFile(files, path, 1 << 20));
  DOODLE_ASSIGN_OR_RETURN(ContextFile contexts, ParseContextFile(text), path);
  return contexts;
}

absl::Status WriteContextFile(FileSystem& files, const std::string& path, const ContextFile& contexts) {
  if (path.empty()) return absl::FailedPreconditionError("no home directory: set DOODLE_CONFIG to a file's path");
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(std::filesystem::path(path).parent_path().string()));
  return WriteFileAtomically(files, path, SerializeContextFile(contexts));
}

}  // namespace doodle
