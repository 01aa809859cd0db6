// AWS Signature Version 4 in a header ("Authenticating Requests (AWS Signature Version 4)" of the Amazon S3 API
// Reference): what proves to an object store who asks. Pure.
#ifndef DOODLE_COMMON_STORAGE_SIGNATURE_V4_H_
#define DOODLE_COMMON_STORAGE_SIGNATURE_V4_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace doodle {

// Never in a log or an error.
struct AwsCredentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // Empty: of a long-lived key.
};

// Names and values, not encoded.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

struct SignableRequest {
  std::string method;
  std::string path;  // Encoded, from its first slash.
  QueryParameters query;
  std::map<std::string, std::string> headers;  // All are signed. Names in lower case; host and x-amz-date among them.
  std::string payload_sha256;                  // Hexadecimal.
};

struct SigningScope {
  std::string region;
  std::string service = "s3";
  absl::Time time;  // That of x-amz-date.
};

// Everything but letters, digits and -._~ as %XX; a slash only with `keep_slashes`.
std::string UriEncode(absl::string_view text, bool keep_slashes);

// "a=1&b=" with names and values encoded, in order of the encoded names and then values.
std::string EncodedQuery(const QueryParameters& query);

// "20130524T000000Z"
std::string AmzDate(absl::Time time);

// The value of the header Authorization.
std::string Authorization(const SignableRequest& request, const AwsCredentials& credentials, const SigningScope& scope);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_SIGNATURE_V4_H_
