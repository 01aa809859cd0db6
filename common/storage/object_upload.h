// A file that becomes an object: small ones in one request, large ones in parts.
#ifndef DOODLE_COMMON_STORAGE_OBJECT_UPLOAD_H_
#define DOODLE_COMMON_STORAGE_OBJECT_UPLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/io/file_system.h"
#include "common/storage/object_store.h"

namespace doodle {

inline constexpr uint64_t kPartBytes = 8 << 20;  // S3 takes 5 MiB to 5 GiB,
inline constexpr int kMostParts = 10000;         // and this many of them: 78 GiB in one object.

// The object appears with Close, whole. Destroyed without Close, nothing appears; a killed process may leave parts,
// which the bucket's rule for incomplete uploads clears. Sync does nothing: nothing is there before Close. Memory: one
// part. RESOURCE_EXHAUSTED above kMostParts. Thread-compatible. `store` must outlive it.
class ObjectUpload final : public WritableFile {
 public:
  ObjectUpload(ObjectStore& store, ObjectName name, uint64_t part_bytes = kPartBytes);
  ~ObjectUpload() override;

  absl::Status Append(absl::string_view data) override;
  absl::Status Sync() override { return absl::OkStatus(); }
  absl::Status Close() override;  // FAILED_PRECONDITION after an error of Append: the object would lack something.

 private:
  absl::Status SendPart();
  absl::Status Finish();

  ObjectStore& store_;
  const ObjectName name_;
  const uint64_t part_bytes_;
  std::string part_;    // Not yet sent.
  std::string upload_;  // Empty: not begun.
  std::vector<std::string> etags_;
  bool failed_ = false;
  bool closed_ = false;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_OBJECT_UPLOAD_H_
