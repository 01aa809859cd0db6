#include "common/storage/uri.h"

#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr char kS3[] = "s3://";

// Characters of a path that need no escape in a URI (RFC 3986, section 3.3).
bool IsPlain(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("-._~!$&'()*+,;=:@/", absl::string_view(&c, 1));
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size() || !absl::ascii_isxdigit(text[i + 1]) || !absl::ascii_isxdigit(text[i + 2])) {
      return absl::InvalidArgumentError("'%' is not followed by two hexadecimal digits");
    }
    decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
    i += 2;
  }
  if (absl::StrContains(decoded, absl::string_view("\0", 1)))
    return absl::InvalidArgumentError("a path has no zero byte");
  return decoded;
}

std::string PercentEncode(absl::string_view path) {
  std::string encoded;
  for (char c : path) {
    if (IsPlain(c)) {
      encoded += c;
    } else {
      absl::StrAppend(&encoded, "%", absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&c, 1))));
    }
  }
  return encoded;
}

absl::StatusOr<Uri> ParseFile(absl::string_view rest) {
  if (!absl::StartsWith(rest, "/")) {
    return absl::InvalidArgumentError("write file:/// and an absolute path, without a host");
  }
  DOODLE_ASSIGN_OR_RETURN(std::string path, PercentDecode(rest));
  return Uri{Uri::Scheme::kFile, "", std::move(path)};
}

absl::StatusOr<Uri> ParseS3(absl::string_view rest) {
  const size_t slash = rest.find('/');
  const absl::string_view bucket = rest.substr(0, slash);
  if (bucket.empty()) return absl::InvalidArgumentError("s3:// needs a bucket");
  const absl::string_view prefix = slash == absl::string_view::npos ? "" : rest.substr(slash + 1);
  return Uri{Uri::Scheme::kS3, std::string(bucket), std::string(prefix)};
}

absl::StatusOr<Uri> Parse(absl::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  const size_t colon = text.find("://");
  if (colon == absl::string_view::npos) return Uri{Uri::Scheme::kFile, "", std::string(text)};
  const absl::string_view scheme = text.substr(0, colon);
  const absl::string_view rest = text.substr(colon + 3);
  if (scheme == "file") return ParseFile(rest);
  if (scheme == "s3") return ParseS3(rest);
  return absl::InvalidArgumentError("unknown scheme; use file:///path, a plain path or s3://bucket/prefix");
}

}  // namespace

absl::StatusOr<Uri> ParseUri(absl::string_view text) {
  absl::StatusOr<Uri> uri = Parse(text);
  if (!uri.ok()) return Annotate(uri.status(), absl::StrCat("URI \"", text, "\""));
  return uri;
}

absl::StatusOr<std::string> StoragePath(absl::string_view text) {
  DOODLE_ASSIGN_OR_RETURN(Uri uri, ParseUri(text));
  if (uri.scheme == Uri::Scheme::kFile) return std::move(uri.path);
  const absl::string_view prefix = absl::StripSuffix(uri.path, "/");
  return absl::StrCat(kS3, uri.authority, prefix.empty() ? "" : "/", prefix);
}

absl::StatusOr<std::string> LocalPath(absl::string_view text) {
  DOODLE_ASSIGN_OR_RETURN(std::string path, StoragePath(text));
  if (!IsObjectPath(path)) return path;
  return absl::UnimplementedError(absl::StrCat("URI \"", text, "\": s3:// is not supported here; name a local path"));
}

bool IsObjectPath(absl::string_view path) { return absl::StartsWith(path, kS3); }

std::string StorageUri(absl::string_view path, absl::string_view current_directory) {
  return IsObjectPath(path) ? std::string(path) : FileUri(path, current_directory);
}

std::string FileUri(absl::string_view path, absl::string_view current_directory) {
  const std::filesystem::path absolute = std::filesystem::path(std::string(current_directory)) / std::string(path);
  return absl::StrCat("file://", PercentEncode(absolute.lexically_normal().string()));
}

}  // namespace doodle
