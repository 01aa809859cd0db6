#include "common/storage/signature_v4.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/io/checksum.h"

namespace doodle {
namespace {

constexpr char kAlgorithm[] = "AWS4-HMAC-SHA256";

std::string Date(absl::Time time) { return absl::FormatTime("%Y%m%d", time, absl::UTCTimeZone()); }

std::string CredentialScope(const SigningScope& scope) {
  return absl::StrCat(Date(scope.time), "/", scope.region, "/", scope.service, "/aws4_request");
}

std::string SignedNames(const SignableRequest& request) {
  return absl::StrJoin(request.headers, ";", [](std::string* out, const auto& header) { out->append(header.first); });
}

std::string CanonicalRequest(const SignableRequest& request) {
  std::string text = absl::StrCat(request.method, "\n", request.path, "\n", EncodedQuery(request.query), "\n");
  for (const auto& [name, value] : request.headers) {
    absl::StrAppend(&text, name, ":", absl::StripAsciiWhitespace(value), "\n");
  }
  absl::StrAppend(&text, "\n", SignedNames(request), "\n", request.payload_sha256);
  return text;
}

std::string SigningKey(const std::string& secret, const SigningScope& scope) {
  const std::string of_date = HmacSha256(absl::StrCat("AWS4", secret), Date(scope.time));
  const std::string of_region = HmacSha256(of_date, scope.region);
  return HmacSha256(HmacSha256(of_region, scope.service), "aws4_request");
}

}  // namespace

std::string UriEncode(absl::string_view text, bool keep_slashes) {
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' || c == '~' ||
        (c == '/' && keep_slashes)) {
      encoded += c;
    } else {
      absl::StrAppend(&encoded, "%", absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&c, 1))));
    }
  }
  return encoded;
}

std::string EncodedQuery(const QueryParameters& query) {
  QueryParameters encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(UriEncode(name, false), UriEncode(value, false));
  std::sort(encoded.begin(), encoded.end());
  return absl::StrJoin(encoded, "&", absl::PairFormatter("="));
}

std::string AmzDate(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }

std::string Authorization(const SignableRequest& request, const AwsCredentials& credentials,
                          const SigningScope& scope) {
  const std::string to_sign = absl::StrCat(kAlgorithm, "\n", AmzDate(scope.time), "\n", CredentialScope(scope), "\n",
                                           Sha256Hex(CanonicalRequest(request)));
  const std::string signature = absl::BytesToHexString(HmacSha256(SigningKey(credentials.secret_key, scope), to_sign));
  return absl::StrCat(kAlgorithm, " Credential=", credentials.access_key, "/", CredentialScope(scope),
                      ",SignedHeaders=", SignedNames(request), ",Signature=", signature);
}

}  // namespace doodle
