#include "tests/testing/faulty_file_system.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

std::string LastPart(const std::string& path) { return std::filesystem::path(path).filename(); }

}  // namespace

class FaultyFile final : public WritableFile {
 public:
  FaultyFile(FaultyFileSystem& owner, std::unique_ptr<WritableFile> base, std::string name)
      : owner_(owner), base_(std::move(base)), name_(std::move(name)) {}

  absl::Status Append(absl::string_view data) override {
    DOODLE_RETURN_IF_ERROR(owner_.Count(absl::StrCat("append ", name_)));
    return base_->Append(data);
  }
  absl::Status Sync() override {
    DOODLE_RETURN_IF_ERROR(owner_.Count(absl::StrCat("sync ", name_)));
    return base_->Sync();
  }
  absl::Status Close() override { return base_->Close(); }

 private:
  FaultyFileSystem& owner_;
  std::unique_ptr<WritableFile> base_;
  const std::string name_;
};

absl::Status FaultyFileSystem::Count(std::string operation) {
  if (operations_++ >= fail_at_) return error_;
  log_.push_back(std::move(operation));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<WritableFile>> FaultyFileSystem::Create(const std::string& path) {
  DOODLE_RETURN_IF_ERROR(Count(absl::StrCat("create ", LastPart(path))));
  DOODLE_ASSIGN_OR_RETURN(auto file, base_.Create(path));
  return std::make_unique<FaultyFile>(*this, std::move(file), LastPart(path));
}

absl::Status FaultyFileSystem::MakeDirectories(const std::string& path) {
  DOODLE_RETURN_IF_ERROR(Count("make directory"));
  return base_.MakeDirectories(path);
}

absl::Status FaultyFileSystem::SyncFile(const std::string& path) {
  DOODLE_RETURN_IF_ERROR(Count(absl::StrCat("sync ", LastPart(path))));
  return base_.SyncFile(path);
}

absl::Status FaultyFileSystem::SyncDirectory(const std::string& path) {
  DOODLE_RETURN_IF_ERROR(Count("sync directory"));
  return base_.SyncDirectory(path);
}

absl::Status FaultyFileSystem::Rename(const std::string& from, const std::string& to) {
  DOODLE_RETURN_IF_ERROR(Count(absl::StrCat("rename to ", LastPart(to))));
  return base_.Rename(from, to);
}

// Not counted as a fault point: a stopped machine does not clean up, and tests look at what is left.
absl::Status FaultyFileSystem::RemoveAll(const std::string& path) {
  if (operations_ > fail_at_) return error_;
  return base_.RemoveAll(path);
}

}  // namespace doodle
