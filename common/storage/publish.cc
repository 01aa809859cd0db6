#include "common/storage/publish.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/ids/random_id.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kCopyBytes = 1 << 20;

struct Copied {
  uint64_t done = 0;
  uint64_t total = 0;
};

absl::Status CopyFile(FileSystem& files, const PublishOptions& options, const std::string& name, Copied& copied) {
  DOODLE_ASSIGN_OR_RETURN(const auto from, files.Open(absl::StrCat(options.from, "/", name)));
  DOODLE_ASSIGN_OR_RETURN(const auto to, files.Create(absl::StrCat(options.to, "/", name)));
  for (uint64_t offset = 0; offset < from->size();) {
    if (options.canceled && options.canceled()) return absl::CancelledError("interrupted");
    const uint64_t length = std::min(kCopyBytes, from->size() - offset);
    DOODLE_ASSIGN_OR_RETURN(const std::string bytes, from->Read(offset, length));
    DOODLE_RETURN_IF_ERROR(to->Append(bytes));
    offset += length;
    copied.done += length;
    if (options.progress) options.progress(copied.done, copied.total);
  }
  return to->Close();
}

// In the order in which they are to appear.
absl::StatusOr<std::vector<std::string>> NamesOf(FileSystem& files, const PublishOptions& options, Copied& copied) {
  DOODLE_ASSIGN_OR_RETURN(std::vector<std::string> names, files.List(options.from));
  std::stable_partition(names.begin(), names.end(), [&](const std::string& name) { return name != options.last; });
  for (const std::string& name : names) {
    DOODLE_ASSIGN_OR_RETURN(const auto file, files.Open(absl::StrCat(options.from, "/", name)));
    copied.total += file->size();
  }
  return names;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Staging>> Staging::Create(FileSystem& files) {
  std::error_code error;
  const std::filesystem::path base = std::filesystem::temp_directory_path(error);
  if (error) return absl::FailedPreconditionError(absl::StrCat("TMPDIR: ", error.message()));
  const std::string directory = base / absl::StrCat("doodle-", RandomHex(8));
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(directory));
  return absl::WrapUnique(new Staging(files, directory));
}

Staging::~Staging() { (void)files_.RemoveAll(directory_); }

absl::Status CheckFree(FileSystem& files, const std::string& to, const std::string& last) {
  absl::Status status = last.empty() ? files.List(to).status() : files.Open(absl::StrCat(to, "/", last)).status();
  if (status.ok()) return absl::AlreadyExistsError(absl::StrCat(to, " exists already"));
  if (!absl::IsNotFound(status)) return status;
  // A missing bucket is NOT_FOUND as well, and is said now rather than after the work.
  const size_t bucket_end = to.find('/', sizeof("s3://"));
  const absl::Status bucket = files.List(to.substr(0, bucket_end)).status();
  return absl::IsNotFound(bucket) && absl::StrContains(bucket.message(), "no such bucket") ? bucket : absl::OkStatus();
}

absl::Status Publish(FileSystem& files, const PublishOptions& options) {
  Copied copied;
  DOODLE_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesOf(files, options, copied));
  std::vector<std::string> written;
  for (const std::string& name : names) {
    absl::Status status = CopyFile(files, options, name, copied);
    if (status.ok()) {
      written.push_back(absl::StrCat(options.to, "/", name));
      continue;
    }
    for (const std::string& path : written) (void)files.RemoveAll(path);
    return status;
  }
  return absl::OkStatus();
}

}  // namespace doodle
