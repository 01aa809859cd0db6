// A folder of this machine that appears in an object store, its most telling file last.
#ifndef DOODLE_COMMON_STORAGE_PUBLISH_H_
#define DOODLE_COMMON_STORAGE_PUBLISH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

// A place of one's own in the folder for temporary files (TMPDIR, else /tmp), removed with the object; a killed process
// leaves it. `files` must outlive it.
class Staging {
 public:
  static absl::StatusOr<std::unique_ptr<Staging>> Create(FileSystem& files);
  ~Staging();
  // Where the output goes that is then published; not there yet.
  std::string output() const { return directory_ + "/output"; }

 private:
  Staging(FileSystem& files, std::string directory) : files_(files), directory_(std::move(directory)) {}
  FileSystem& files_;
  const std::string directory_;
};

struct PublishOptions {
  std::string from;  // A folder of this machine without folders in it.
  std::string to;    // s3://bucket/prefix
  std::string last;  // The file that makes it whole: it is written when all others are there. May be empty.
  std::function<void(uint64_t done, uint64_t total)> progress;  // Bytes. May be null.
  std::function<bool()> canceled;                               // May be null.
};

// OK when something may be published at `to`: ALREADY_EXISTS when `last` is there, or, when that is empty, anything.
// Without `last` what a killed run left is overwritten. Any error of the store, so that it comes before long work.
absl::Status CheckFree(FileSystem& files, const std::string& to, const std::string& last);

// After an error, what was written by this call is removed again, as far as the store answers; after a kill it stays,
// without `last`. One at a time for one `to`. CANCELLED as asked; the errors of ObjectStore.
absl::Status Publish(FileSystem& files, const PublishOptions& options);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_PUBLISH_H_
