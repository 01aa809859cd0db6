#include "common/storage/object_upload.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {

ObjectUpload::ObjectUpload(ObjectStore& store, ObjectName name, uint64_t part_bytes)
    : store_(store), name_(std::move(name)), part_bytes_(part_bytes) {}

ObjectUpload::~ObjectUpload() {
  if (!upload_.empty()) (void)store_.AbortUpload(name_, upload_);
}

absl::Status ObjectUpload::Append(absl::string_view data) {
  while (!data.empty()) {
    // Sent only when more comes, so that the last part is never empty.
    if (part_.size() == part_bytes_) {
      const absl::Status status = SendPart();
      failed_ = failed_ || !status.ok();
      DOODLE_RETURN_IF_ERROR(status);
    }
    const size_t taken = std::min<uint64_t>(data.size(), part_bytes_ - part_.size());
    part_.append(data.data(), taken);
    data.remove_prefix(taken);
  }
  return absl::OkStatus();
}

absl::Status ObjectUpload::SendPart() {
  if (etags_.size() == kMostParts) {
    return absl::ResourceExhaustedError(
        absl::StrCat(ToString(name_), ": an object has at most ", kMostParts * part_bytes_, " bytes here"));
  }
  if (upload_.empty()) {
    DOODLE_ASSIGN_OR_RETURN(upload_, store_.StartUpload(name_));
  }
  DOODLE_ASSIGN_OR_RETURN(std::string etag,
                          store_.WritePart(name_, upload_, static_cast<int>(etags_.size()) + 1, part_));
  etags_.push_back(std::move(etag));
  part_.clear();
  return absl::OkStatus();
}

absl::Status ObjectUpload::Finish() {
  if (upload_.empty()) return store_.Write(name_, part_);
  DOODLE_RETURN_IF_ERROR(SendPart());
  DOODLE_RETURN_IF_ERROR(store_.FinishUpload(name_, upload_, etags_));
  upload_.clear();
  return absl::OkStatus();
}

absl::Status ObjectUpload::Close() {
  if (std::exchange(closed_, true)) return absl::OkStatus();
  if (failed_) return absl::FailedPreconditionError(absl::StrCat(ToString(name_), ": a part of it was not written"));
  return Finish();
}

}  // namespace doodle
