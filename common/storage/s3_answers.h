// The XML documents of S3's REST API (Amazon S3 API Reference). The only user of pugixml. Pure.
#ifndef DOODLE_COMMON_STORAGE_S3_ANSWERS_H_
#define DOODLE_COMMON_STORAGE_S3_ANSWERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/storage/object_store.h"

namespace doodle {

// What an <Error> document says; all empty for a body that is none.
struct S3Error {
  std::string code;     // "NoSuchKey"
  std::string message;  // For people.
  std::string region;   // Where the bucket is, when the request went elsewhere.
};
S3Error ParseS3Error(absl::string_view body);

// Of ListObjectsV2 with encoding-type=url. DATA_LOSS for anything else, also of the next two.
absl::StatusOr<ObjectPage> ParseObjectPage(absl::string_view body);

// The id in <InitiateMultipartUploadResult>.
absl::StatusOr<std::string> ParseUploadId(absl::string_view body);

// OK when the body is a <CompleteMultipartUploadResult>: this call may fail after it was answered with 200.
absl::Status CheckUploadResult(absl::string_view body);

// The body that names an upload's parts, numbered from 1.
std::string UploadPartsXml(const std::vector<std::string>& etags);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_S3_ANSWERS_H_
