#include "common/io/file_system.h"

#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status WriteSynced(FileSystem& files, const std::string& path, absl::string_view content) {
  DOODLE_ASSIGN_OR_RETURN(const auto file, files.Create(path));
  DOODLE_RETURN_IF_ERROR(file->Append(content));
  DOODLE_RETURN_IF_ERROR(file->Sync());
  return file->Close();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(FileSystem& files, const std::string& path, uint64_t limit) {
  DOODLE_ASSIGN_OR_RETURN(const auto file, files.Open(path));
  if (file->size() > limit) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, ": has ", file->size(), " bytes, at most ", limit, " are read"));
  }
  return file->Read(0, file->size());
}

absl::Status WriteFileAtomically(FileSystem& files, const std::string& path, absl::string_view content) {
  const std::string temporary = absl::StrCat(path, ".tmp");
  absl::Cleanup remove = [&] { (void)files.RemoveAll(temporary); };
  DOODLE_RETURN_IF_ERROR(WriteSynced(files, temporary, content));
  DOODLE_RETURN_IF_ERROR(files.Rename(temporary, path));
  std::move(remove).Cancel();
  return files.SyncDirectory(std::filesystem::path(path).parent_path());
}

}  // namespace doodle
