#include "cli/output_folder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/format.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

absl::StatusOr<std::string> StoragePathOf(const Environment& environment, absl::string_view text) {
  DOODLE_ASSIGN_OR_RETURN(std::string path, StoragePath(text));
  return IsObjectPath(path) ? path : AbsolutePath(environment, path);
}

absl::StatusOr<std::unique_ptr<OutputFolder>> OutputFolder::Create(Environment& environment, absl::string_view option,
                                                                   const std::string& text, std::string last) {
  auto folder = std::make_unique<OutputFolder>();
  DOODLE_ASSIGN_OR_RETURN(folder->path_, StoragePathOf(environment, text), option);
  folder->local_ = folder->path_;
  folder->last_ = std::move(last);
  if (!IsObjectPath(folder->path_)) return folder;
  DOODLE_RETURN_IF_ERROR(CheckFree(environment.files, folder->path_, folder->last_), option);
  DOODLE_ASSIGN_OR_RETURN(folder->staging_, Staging::Create(environment.files));
  folder->local_ = folder->staging_->output();
  return folder;
}

absl::Status OutputFolder::Publish(Environment& environment, const Interrupt& interrupt) {
  if (staging_ == nullptr) return absl::OkStatus();
  Console& console = environment.console;
  PublishOptions options;
  options.from = local_;
  options.to = path_;
  options.last = last_;
  options.progress = [&](uint64_t done, uint64_t total) {
    console.Transient(absl::StrCat("uploading  ", BytesText(done), " of ", BytesText(total)));
  };
  options.canceled = [&] { return interrupt.raised(); };
  absl::Status status = ::doodle::Publish(environment.files, options);
  console.ClearTransient();
  return status;
}

}  // namespace doodle
