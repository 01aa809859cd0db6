#include "common/storage/s3_object_store.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/storage/s3_answers.h"

namespace doodle {
namespace {

// The etag of an object that came in parts ends with their number.
bool IsOfParts(const absl::StatusOr<ObjectVersion>& version, size_t parts) {
  return version.ok() && absl::EndsWith(version->etag, absl::StrCat("-", parts, "\""));
}

class S3ObjectStore final : public ObjectStore {
 public:
  explicit S3ObjectStore(std::unique_ptr<S3Session> session) : session_(std::move(session)) {}

  absl::StatusOr<ObjectVersion> Head(const ObjectName& name) override {
    auto reply = session_->Send({.method = "HEAD", .name = name, .query = {}, .headers = {}, .body = {}});
    // The answer to HEAD has no body, which would say what is wrong: no bucket or no key, which credential.
    if (!reply.ok() && !absl::IsUnavailable(reply.status())) {
      const absl::Status why = Get(name, 0, 1, "").status();
      return why.ok() ? reply.status() : why;
    }
    DOODLE_RETURN_IF_ERROR(reply.status());
    ObjectVersion version{0, reply->Header("etag")};
    if (!absl::SimpleAtoi(reply->Header("content-length"), &version.bytes) || version.etag.empty()) {
      return absl::DataLossError(absl::StrCat(ToString(name), ": the store does not say its size and etag"));
    }
    return version;
  }

  absl::StatusOr<std::string> Read(const ObjectName& name, const ObjectVersion& version, uint64_t offset,
                                   uint64_t length) override {
    if (offset > version.bytes || length > version.bytes - offset) {
      return absl::OutOfRangeError(absl::StrCat(ToString(name), ": has ", version.bytes, " bytes"));
    }
    DOODLE_ASSIGN_OR_RETURN(WebReply reply, Get(name, offset, length, version.etag));
    if (reply.Header("etag") != version.etag) {
      return absl::FailedPreconditionError(absl::StrCat(ToString(name), ": it changed while it was read"));
    }
    // A store that does not know ranges sends all of it.
    if (reply.status == 200 && reply.body.size() == version.bytes) reply.body = reply.body.substr(offset, length);
    if (reply.body.size() == length) return std::move(reply.body);
    return absl::DataLossError(absl::StrCat(ToString(name), ": asked for ", length, " bytes, got ", reply.body.size()));
  }

  absl::Status Write(const ObjectName& name, absl::string_view content) override {
    return session_->Send({.method = "PUT", .name = name, .query = {}, .headers = {}, .body = content}).status();
  }

  absl::StatusOr<std::string> StartUpload(const ObjectName& name) override {
    DOODLE_ASSIGN_OR_RETURN(
        const WebReply reply,
        session_->Send({.method = "POST", .name = name, .query = {{"uploads", ""}}, .headers = {}, .body = {}}));
    return WithName(name, ParseUploadId(reply.body));
  }

  absl::StatusOr<std::string> WritePart(const ObjectName& name, const std::string& upload, int part,
                                        absl::string_view content) override {
    DOODLE_ASSIGN_OR_RETURN(const WebReply reply,
                            session_->Send({.method = "PUT",
                                            .name = name,
                                            .query = {{"partNumber", absl::StrCat(part)}, {"uploadId", upload}},
                                            .headers = {},
                                            .body = content}));
    std::string etag = reply.Header("etag");
    if (etag.empty()) return absl::DataLossError(absl::StrCat(ToString(name), ": part ", part, " has no etag"));
    return etag;
  }

  absl::Status FinishUpload(const ObjectName& name, const std::string& upload,
                            const std::vector<std::string>& etags) override {
    const std::string body = UploadPartsXml(etags);
    const auto reply =
        session_->Send({.method = "POST", .name = name, .query = {{"uploadId", upload}}, .headers = {}, .body = body});
    // An earlier try may have finished it and its answer may be lost: then there is the object and no upload.
    if (absl::IsNotFound(reply.status()) && IsOfParts(Head(name), etags.size())) return absl::OkStatus();
    DOODLE_RETURN_IF_ERROR(reply.status());
    DOODLE_RETURN_IF_ERROR(CheckUploadResult(reply->body), ToString(name));
    return absl::OkStatus();
  }

  absl::Status AbortUpload(const ObjectName& name, const std::string& upload) override {
    const absl::Status status =
        session_->Send({.method = "DELETE", .name = name, .query = {{"uploadId", upload}}, .headers = {}, .body = {}})
            .status();
    return absl::IsNotFound(status) ? absl::OkStatus() : status;
  }

  absl::Status Remove(const ObjectName& name) override {
    const absl::Status status =
        session_->Send({.method = "DELETE", .name = name, .query = {}, .headers = {}, .body = {}}).status();
    return absl::IsNotFound(status) ? absl::OkStatus() : status;
  }

  absl::StatusOr<ObjectPage> List(const ObjectName& prefix, const std::string& from) override {
    QueryParameters query = {{"list-type", "2"}, {"encoding-type", "url"}, {"delimiter", "/"}, {"prefix", prefix.key}};
    if (!from.empty()) query.emplace_back("continuation-token", from);
    DOODLE_ASSIGN_OR_RETURN(
        const WebReply reply,
        session_->Send(
            {.method = "GET", .name = {prefix.bucket, ""}, .query = std::move(query), .headers = {}, .body = {}}));
    return WithName(prefix, ParseObjectPage(reply.body));
  }

 private:
  absl::StatusOr<WebReply> Get(const ObjectName& name, uint64_t offset, uint64_t length, const std::string& etag) {
    std::map<std::string, std::string> headers = {{"range", absl::StrCat("bytes=", offset, "-", offset + length - 1)}};
    if (!etag.empty()) headers["if-match"] = etag;
    constexpr uint64_t kErrorDocument = 64 << 10;
    return session_->Send({.method = "GET",
                           .name = name,
                           .query = {},
                           .headers = std::move(headers),
                           .body = {},
                           .answer_limit = length + kErrorDocument});
  }

  template <typename T>
  static absl::StatusOr<T> WithName(const ObjectName& name, absl::StatusOr<T> result) {
    if (result.ok()) return result;
    return Annotate(result.status(), ToString(name));
  }

  const std::unique_ptr<S3Session> session_;
};

}  // namespace

std::string ToString(const ObjectName& name) {
  return absl::StrCat("s3://", name.bucket, name.key.empty() ? "" : "/", name.key);
}

std::unique_ptr<ObjectStore> MakeS3ObjectStore(std::unique_ptr<S3Session> session) {
  return std::make_unique<S3ObjectStore>(std::move(session));
}

}  // namespace doodle
