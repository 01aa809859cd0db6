#include "common/ingest/input_files.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace doodle {
namespace {

bool IsDrawingFile(absl::string_view name) {
  constexpr std::array<absl::string_view, 4> kEndings = {".ndjson", ".jsonl", ".csv", ".bin"};
  const absl::string_view bare = absl::StripSuffix(name, ".gz");
  return !absl::StartsWith(name, ".") && std::any_of(kEndings.begin(), kEndings.end(), [&](absl::string_view ending) {
    return absl::EndsWith(bare, ending);
  });
}

absl::Status AddFile(FileSystem& files, const std::string& path, std::vector<InputFile>& out) {
  DOODLE_ASSIGN_OR_RETURN(const auto file, files.Open(path));
  out.push_back({path, file->size()});
  return absl::OkStatus();
}

absl::Status AddFolder(FileSystem& files, const std::string& path, const std::vector<std::string>& names,
                       std::vector<InputFile>& out) {
  const size_t before = out.size();
  for (const std::string& name : names) {
    if (IsDrawingFile(name)) DOODLE_RETURN_IF_ERROR(AddFile(files, absl::StrCat(path, "/", name), out));
  }
  if (out.size() > before) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": no .ndjson, .jsonl, .csv or .bin file, plain or .gz, in this folder"));
}

}  // namespace

absl::StatusOr<std::vector<InputFile>> ExpandInputs(FileSystem& files, const std::vector<std::string>& paths) {
  if (paths.empty()) return absl::InvalidArgumentError("no input files");
  std::vector<InputFile> out;
  for (const std::string& path : paths) {
    const auto names = files.List(path);  // Fails for anything but a folder.
    DOODLE_RETURN_IF_ERROR(names.ok() ? AddFolder(files, path, *names, out) : AddFile(files, path, out));
  }
  return out;
}

}  // namespace doodle
