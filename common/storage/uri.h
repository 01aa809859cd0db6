// Where data lies: file:///data/quickdraw, a plain path, or s3://bucket/prefix.
#ifndef DOODLE_COMMON_STORAGE_URI_H_
#define DOODLE_COMMON_STORAGE_URI_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct Uri {
  enum class Scheme { kFile, kS3 };
  Scheme scheme = Scheme::kFile;
  std::string authority;  // The bucket; empty for files.
  std::string path;       // kFile: a local path, percent-decoded. kS3: the prefix without a leading slash.

  bool operator==(const Uri&) const = default;
};

// INVALID_ARGUMENT for an empty text, another scheme, a file URI with a host or a relative path, or a bad escape.
absl::StatusOr<Uri> ParseUri(absl::string_view text);

// A path of FileSystem (storage_files.h): a local path as it was given, relative or not, or "s3://bucket/prefix"
// without a slash at its end. As ParseUri.
absl::StatusOr<std::string> StoragePath(absl::string_view text);

// The local path that `text` means. As ParseUri, and UNIMPLEMENTED for s3://: the caller's files lie on a disk.
absl::StatusOr<std::string> LocalPath(absl::string_view text);

// Whether a path of FileSystem is in an object store.
bool IsObjectPath(absl::string_view path);

// file:// + the path, made absolute against `current_directory`, without "." and ".."; s3:// paths as they are.
std::string StorageUri(absl::string_view path, absl::string_view current_directory);
std::string FileUri(absl::string_view path, absl::string_view current_directory);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_URI_H_
