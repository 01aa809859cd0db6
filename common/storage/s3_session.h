// Signed requests to one S3 endpoint, tried again where that may help, with the answer's error as a Status.
#ifndef DOODLE_COMMON_STORAGE_S3_SESSION_H_
#define DOODLE_COMMON_STORAGE_S3_SESSION_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/storage/aws_settings.h"
#include "common/storage/object_store.h"
#include "common/storage/signature_v4.h"
#include "common/storage/web_transport.h"
#include "common/time/backoff.h"
#include "common/time/clock.h"

namespace doodle {

struct S3Request {
  std::string method;
  ObjectName name;  // An empty key is the bucket itself.
  QueryParameters query;
  std::map<std::string, std::string> headers;
  absl::string_view body;
  uint64_t answer_limit = 16 << 20;
};

struct S3Retries {
  int tries = 7;
  BackoffOptions backoff{absl::Milliseconds(100), absl::Seconds(5)};
};

// Whether an answer is worth another try: 429, 500, 502, 503, 504, and RequestTimeout, which S3 sends as a 400.
bool IsPassing(int status, absl::string_view code);

// The Status of an answer that is no success, without the object's name. `has_key`: the request was for an object.
absl::Status S3ErrorStatus(int status, absl::string_view body, const AwsSettings& settings, bool has_key);

// Thread-safe. `transport` and `clock` must outlive it.
class S3Session {
 public:
  S3Session(AwsSettings settings, WebTransport& transport, Clock& clock, S3Retries retries = {});

  // An answer below 300. Errors as ObjectStore's. Waits on the clock between tries.
  absl::StatusOr<WebReply> Send(const S3Request& request);

 private:
  WebRequest Signed(const S3Request& request) const;
  void Wait(int attempt);

  const AwsSettings settings_;
  WebTransport& transport_;
  Clock& clock_;
  const S3Retries retries_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_S3_SESSION_H_
