#include "common/io/atomic_directory.h"

#include <filesystem>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/ids/random_id.h"
#include "common/status/status.h"

namespace doodle {
namespace {

std::string TemporaryName(const std::string& path) {
  const std::filesystem::path whole(path);
  return whole.parent_path() / absl::StrCat(".", whole.filename().string(), ".tmp-", RandomHex(4));
}

}  // namespace

AtomicDirectory::AtomicDirectory(FileSystem& files, std::string path, std::string temporary)
    : files_(files), path_(std::move(path)), temporary_(std::move(temporary)) {}

absl::StatusOr<std::unique_ptr<AtomicDirectory>> AtomicDirectory::Create(FileSystem& files, std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (files.Exists(path)) return absl::AlreadyExistsError(absl::StrCat(path, " exists already"));
  std::string temporary = TemporaryName(path);
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(temporary));
  return absl::WrapUnique(new AtomicDirectory(files, std::move(path), std::move(temporary)));
}

AtomicDirectory::~AtomicDirectory() {
  if (!committed_) (void)files_.RemoveAll(temporary_);
}

absl::StatusOr<std::unique_ptr<WritableFile>> AtomicDirectory::CreateFile(absl::string_view name) {
  names_.emplace_back(name);
  return files_.Create(absl::StrCat(temporary_, "/", name));
}

absl::Status AtomicDirectory::WriteFile(absl::string_view name, absl::string_view content) {
  DOODLE_ASSIGN_OR_RETURN(const auto file, CreateFile(name));
  DOODLE_RETURN_IF_ERROR(file->Append(content));
  return file->Close();
}

absl::Status AtomicDirectory::Commit() {
  for (const std::string& name : names_) {
    DOODLE_RETURN_IF_ERROR(files_.SyncFile(absl::StrCat(temporary_, "/", name)));
  }
  DOODLE_RETURN_IF_ERROR(files_.SyncDirectory(temporary_));
  if (files_.Exists(path_)) return absl::AlreadyExistsError(absl::StrCat(path_, " exists already"));
  DOODLE_RETURN_IF_ERROR(files_.Rename(temporary_, path_));
  committed_ = true;
  return files_.SyncDirectory(std::filesystem::path(path_).parent_path());
}

}  // namespace doodle
