#include "cli/environment.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/storage/storage_files.h"

namespace doodle {

std::optional<std::string> ProcessVariable(const std::string& name) { return ProcessVariables()(name); }

Environment ProcessEnvironment(Console& console) {
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return Environment{.console = console,
                     .files = ProcessStorageFiles(),
                     .clock = RealClock(),
                     .variable = ProcessVariable,
                     .program_directory = program.parent_path().string(),
                     .working_directory = std::filesystem::current_path(ignored).string(),
                     .coordinator = {}};
}

std::string AbsolutePath(const Environment& environment, const std::string& path) {
  const std::filesystem::path absolute = std::filesystem::path(environment.working_directory) / path;
  std::string normal = absolute.lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal;
}

absl::StatusOr<std::string> FindProgram(const Environment& environment, const std::string& name,
                                        const std::string& variable) {
  const std::optional<std::string> chosen = variable.empty() ? std::nullopt : environment.variable(variable);
  const std::string path = chosen.value_or(absl::StrCat(environment.program_directory, "/", name));
  if (environment.files.Exists(path)) return path;
  std::string text = absl::StrCat("no program ", name, " at ", path);
  if (chosen.has_value()) absl::StrAppend(&text, " (from ", variable, ")");
  return absl::NotFoundError(text);
}

}  // namespace doodle
