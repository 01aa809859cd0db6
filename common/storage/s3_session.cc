#include "common/storage/s3_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/ids/random_id.h"
#include "common/io/checksum.h"
#include "common/status/status.h"
#include "common/storage/s3_answers.h"

namespace doodle {
namespace {

constexpr size_t kMostMessage = 300;  // Bytes of a store's own words that are shown.

struct Place {
  std::string scheme_and_host;
  std::string host;
  std::string path;  // Encoded.
};

// A bucket with a dot would not match the certificate of *.s3.amazonaws.com.
Place PlaceOf(const AwsSettings& settings, const ObjectName& name) {
  const size_t scheme = settings.endpoint.find("://") + 3;
  const std::string host = settings.endpoint.substr(scheme);
  const std::string key = absl::StrCat("/", UriEncode(name.key, true));
  if (settings.path_style || absl::StrContains(name.bucket, ".")) {
    return {settings.endpoint, host, absl::StrCat("/", UriEncode(name.bucket, false), key)};
  }
  const std::string own = absl::StrCat(name.bucket, ".", host);
  return {absl::StrCat(settings.endpoint.substr(0, scheme), own), own, key};
}

uint64_t Random() {
  uint64_t value = 0;
  (void)absl::SimpleHexAtoi(RandomHex(8), &value);
  return value;
}

}  // namespace

bool IsPassing(int status, absl::string_view code) {
  constexpr std::array<int, 5> kPassing = {429, 500, 502, 503, 504};
  return std::find(kPassing.begin(), kPassing.end(), status) != kPassing.end() || code == "RequestTimeout";
}

absl::Status S3ErrorStatus(int status, absl::string_view body, const AwsSettings& settings, bool has_key) {
  // The last is versitygw's, with 404.
  static const absl::flat_hash_set<std::string> bad_key = {"InvalidAccessKeyId", "InvalidToken", "ExpiredToken",
                                                           "XAdminUserNotFound"};
  const S3Error error = ParseS3Error(body);
  const std::string said =
      absl::StrCat(settings.endpoint, " answers ", status, error.code.empty() ? "" : absl::StrCat(" ", error.code),
                   error.message.empty() ? "" : absl::StrCat(" (", error.message.substr(0, kMostMessage), ")"));
  if (IsPassing(status, error.code)) return absl::UnavailableError(said);
  if (bad_key.contains(error.code)) {
    return absl::UnauthenticatedError(absl::StrCat("the access key or its session is not valid: ", said));
  }
  if (error.code == "SignatureDoesNotMatch") {
    return absl::UnauthenticatedError(absl::StrCat("the secret key is not that of the access key: ", said));
  }
  if (error.code == "AuthorizationHeaderMalformed" || status == 301 || status == 307) {
    return absl::FailedPreconditionError(
        absl::StrCat("the bucket is not in region ", settings.region,
                     error.region.empty() ? "; set AWS_REGION" : absl::StrCat(" but in ", error.region), ": ", said));
  }
  if (error.code == "NoSuchBucket" || (status == 404 && !has_key)) {
    return absl::NotFoundError(absl::StrCat("no such bucket: ", said));
  }
  if (status == 404) return absl::NotFoundError(absl::StrCat("no such object: ", said));
  if (status == 401 || status == 403) return absl::PermissionDeniedError(said);
  if (status == 412) return absl::FailedPreconditionError(absl::StrCat("it changed while it was read: ", said));
  if (status == 416) return absl::OutOfRangeError(said);
  if (status == 501) return absl::UnimplementedError(said);
  return absl::InternalError(said);
}

S3Session::S3Session(AwsSettings settings, WebTransport& transport, Clock& clock, S3Retries retries)
    : settings_(std::move(settings)), transport_(transport), clock_(clock), retries_(retries) {}

WebRequest S3Session::Signed(const S3Request& request) const {
  const Place place = PlaceOf(settings_, request.name);
  const absl::Time now = clock_.Now();
  const std::string payload = Sha256Hex(request.body);
  std::map<std::string, std::string> signed_headers = request.headers;
  signed_headers["host"] = place.host;
  signed_headers["x-amz-content-sha256"] = payload;
  signed_headers["x-amz-date"] = AmzDate(now);
  const AwsCredentials& credentials = settings_.credentials;
  if (!credentials.session_token.empty()) signed_headers["x-amz-security-token"] = credentials.session_token;
  SignableRequest signable{request.method, place.path, request.query, std::move(signed_headers), payload};
  WebRequest web;
  web.method = request.method;
  const std::string query = EncodedQuery(request.query);
  web.url = absl::StrCat(place.scheme_and_host, place.path, query.empty() ? "" : "?", query);
  web.headers = signable.headers;
  web.headers["authorization"] = Authorization(signable, credentials, {settings_.region, "s3", now});
  if (!request.body.empty()) web.headers["content-type"] = "application/octet-stream";
  web.body = request.body;
  web.answer_limit = request.answer_limit;
  return web;
}

void S3Session::Wait(int attempt) {
  absl::Mutex mu;
  absl::MutexLock lock(&mu);
  const bool never = false;
  clock_.AwaitUntil(mu, absl::Condition(&never),
                    clock_.SteadyNow() + BackoffDelay(retries_.backoff, attempt, Random()));
}

absl::StatusOr<WebReply> S3Session::Send(const S3Request& request) {
  const std::string clause = ToString(request.name);
  absl::Status status;
  for (int attempt = 0; attempt < retries_.tries; ++attempt) {
    if (attempt > 0) Wait(attempt - 1);
    absl::StatusOr<WebReply> reply = transport_.Send(Signed(request));  // Signed anew: a signature ages.
    if (reply.ok() && reply->status < 300) return reply;
    status =
        reply.ok() ? S3ErrorStatus(reply->status, reply->body, settings_, !request.name.key.empty()) : reply.status();
    if (!absl::IsUnavailable(status)) return Annotate(status, clause);
  }
  return Annotate(status, absl::StrCat(clause, ": after ", retries_.tries, " tries"));
}

}  // namespace doodle
