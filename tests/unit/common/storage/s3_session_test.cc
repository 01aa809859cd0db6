#include "common/storage/s3_session.h"

#include <deque>
#include <utility>
#include <vector>

#include "common/storage/s3_answers.h"
#include "common/storage/s3_object_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kSecret[] = "never-in-a-message";

// Waits take no time and are written down.
class HastyClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(1767225600) + elapsed_; }
  absl::Duration SteadyNow() const override { return elapsed_; }
  bool AwaitUntil(absl::Mutex&, const absl::Condition& condition,
                  absl::Duration deadline) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (condition.Eval()) return true;
    waits.push_back(deadline - elapsed_);
    elapsed_ = deadline;
    return condition.Eval();
  }
  std::vector<absl::Duration> waits;

 private:
  absl::Duration elapsed_;
};

// Answers in the order of its script, the last one for ever.
class ScriptedTransport final : public WebTransport {
 public:
  struct Seen {
    WebRequest request;
    std::string body;
  };
  absl::StatusOr<WebReply> Send(const WebRequest& request) override {
    seen.push_back({request, std::string(request.body)});
    absl::StatusOr<WebReply> reply = script.front();
    if (script.size() > 1) script.pop_front();
    return reply;
  }
  std::deque<absl::StatusOr<WebReply>> script;
  std::vector<Seen> seen;
};

WebReply Error(int status, const std::string& code, const std::string& more = "") {
  return {
      status, {}, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>why</Message>" + more + "</Error>"};
}

class S3SessionTest : public testing::Test {
 protected:
  std::unique_ptr<ObjectStore> Store() {
    return MakeS3ObjectStore(std::make_unique<S3Session>(settings_, transport_, clock_));
  }

  AwsSettings settings_ = {{"access", kSecret, "token"}, "eu-west-1", "http://127.0.0.1:9000", true};
  ScriptedTransport transport_;
  HastyClock clock_;
};

TEST_F(S3SessionTest, OverloadAndBrokenConnectionsAreTriedAgainWithGrowingWaits) {
  transport_.script = {Error(503, "SlowDown"), absl::UnavailableError("connection reset"), Error(500, "InternalError"),
                       WebReply{200, {}, ""}};
  EXPECT_THAT(Store()->Write({"bucket", "key"}, "content"), IsOk());
  ASSERT_EQ(transport_.seen.size(), 4U);
  for (const auto& seen : transport_.seen) EXPECT_EQ(seen.body, "content");
  ASSERT_EQ(clock_.waits.size(), 3U);
  EXPECT_LT(clock_.waits[0], clock_.waits[2]);
  EXPECT_NE(transport_.seen[0].request.headers["x-amz-date"], "");
}

TEST_F(S3SessionTest, AStoreThatStaysOverloadedIsGivenUpAfterSevenTries) {
  transport_.script = {Error(503, "SlowDown")};
  EXPECT_THAT(Store()->Write({"bucket", "key"}, "content"),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(StartsWith("s3://bucket/key: after 7 tries"), HasSubstr("SlowDown"))));
  EXPECT_EQ(transport_.seen.size(), 7U);
}

TEST_F(S3SessionTest, WhatWillNotPassIsNotTriedAgain) {
  const std::vector<std::pair<WebReply, absl::StatusCode>> cases = {
      {Error(403, "InvalidAccessKeyId"), absl::StatusCode::kUnauthenticated},
      {Error(403, "SignatureDoesNotMatch"), absl::StatusCode::kUnauthenticated},
      {Error(400, "ExpiredToken"), absl::StatusCode::kUnauthenticated},
      {Error(404, "XAdminUserNotFound"), absl::StatusCode::kUnauthenticated},
      {Error(403, "AccessDenied"), absl::StatusCode::kPermissionDenied},
      {Error(404, "NoSuchBucket"), absl::StatusCode::kNotFound},
      {Error(301, "PermanentRedirect"), absl::StatusCode::kFailedPrecondition},
      {Error(412, "PreconditionFailed"), absl::StatusCode::kFailedPrecondition},
      {Error(416, "InvalidRange"), absl::StatusCode::kOutOfRange},
      {Error(501, "NotImplemented"), absl::StatusCode::kUnimplemented},
      {WebReply{418, {}, "a teapot"}, absl::StatusCode::kInternal}};
  for (const auto& [reply, code] : cases) {
    transport_.script = {reply};
    transport_.seen.clear();
    EXPECT_THAT(Store()->Write({"bucket", "key"}, "x"), StatusIs(code, StartsWith("s3://bucket/key: "))) << reply.body;
    EXPECT_EQ(transport_.seen.size(), 1U) << reply.body;
  }
}

TEST_F(S3SessionTest, MessagesSayWhatToDoAndHoldNoSecret) {
  transport_.script = {Error(404, "NoSuchBucket")};
  EXPECT_THAT(Store()->List({"bucket", "a/"}, ""), StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such bucket")));
  transport_.script = {Error(403, "SignatureDoesNotMatch")};
  EXPECT_THAT(Store()->Write({"bucket", "key"}, "x"),
              StatusIs(absl::StatusCode::kUnauthenticated, AllOf(HasSubstr("secret key"), Not(HasSubstr(kSecret)))));
  transport_.script = {Error(400, "AuthorizationHeaderMalformed", "<Region>us-west-2</Region>")};
  EXPECT_THAT(Store()->Write({"bucket", "key"}, "x"),
              StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("eu-west-1"), HasSubstr("us-west-2"))));
}

TEST_F(S3SessionTest, HeadAsksAgainWithGetBecauseItsErrorsHaveNoBody) {
  transport_.script = {WebReply{404, {}, ""}, Error(404, "NoSuchBucket")};
  EXPECT_THAT(Store()->Head({"bucket", "key"}), StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such bucket")));
  transport_.script = {WebReply{403, {}, ""}, Error(403, "InvalidAccessKeyId")};
  EXPECT_THAT(Store()->Head({"bucket", "key"}), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(S3SessionTest, RequestsAreSignedForThePathOrTheHostOfTheBucket) {
  transport_.script = {WebReply{200, {}, ""}};
  EXPECT_THAT(Store()->Write({"bucket", "The Eiffel Tower/a"}, "x"), IsOk());
  WebRequest request = transport_.seen[0].request;
  EXPECT_EQ(request.url, "http://127.0.0.1:9000/bucket/The%20Eiffel%20Tower/a");
  EXPECT_EQ(request.headers["host"], "127.0.0.1:9000");
  EXPECT_EQ(request.headers["x-amz-security-token"], "token");
  EXPECT_THAT(request.headers["authorization"],
              AllOf(StartsWith("AWS4-HMAC-SHA256 Credential=access/20260101/eu-west-1/s3/aws4_request,"),
                    HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")));
  settings_.path_style = false;
  settings_.endpoint = "https://s3.lab";
  EXPECT_THAT(Store()->Write({"bucket", "a"}, "x"), IsOk());
  EXPECT_THAT(Store()->Write({"with.dot", "a"}, "x"), IsOk());
  EXPECT_EQ(transport_.seen[1].request.url, "https://bucket.s3.lab/a");
  EXPECT_EQ(transport_.seen[2].request.url, "https://s3.lab/with.dot/a");
}

TEST_F(S3SessionTest, ARangeIsAskedForByItsEtagAndMustBeWhole) {
  const ObjectVersion version{100, "\"e\""};
  transport_.script = {WebReply{206, {{"etag", "\"e\""}}, "0123456789"}};
  EXPECT_EQ(Store()->Read({"bucket", "key"}, version, 20, 10).value(), "0123456789");
  WebRequest& request = transport_.seen[0].request;
  EXPECT_EQ(request.headers["range"], "bytes=20-29");
  EXPECT_EQ(request.headers["if-match"], "\"e\"");
  EXPECT_THAT(Store()->Read({"bucket", "key"}, version, 20, 11), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Store()->Read({"bucket", "key"}, version, 95, 6), StatusIs(absl::StatusCode::kOutOfRange));
  transport_.script = {WebReply{206, {{"etag", "\"other\""}}, "0123456789"}};
  EXPECT_THAT(Store()->Read({"bucket", "key"}, version, 20, 10), StatusIs(absl::StatusCode::kFailedPrecondition));
  transport_.script = {WebReply{200, {{"etag", "\"e\""}}, std::string(90, '-') + "0123456789"}};
  EXPECT_EQ(Store()->Read({"bucket", "key"}, version, 90, 10).value(), "0123456789");
}

// The call is answered with 200 before the work is done, and may fail after that.
TEST_F(S3SessionTest, AnUploadThatFailsBehindItsStatusIsAnError) {
  transport_.script = {Error(200, "InternalError")};
  EXPECT_THAT(Store()->FinishUpload({"bucket", "key"}, "id", {"\"e\""}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("InternalError")));
  transport_.script = {WebReply{200, {}, "<CompleteMultipartUploadResult/>"}};
  EXPECT_THAT(Store()->FinishUpload({"bucket", "key"}, "id", {"\"e\"", "\"f\""}), IsOk());
  EXPECT_EQ(transport_.seen[1].body,
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"e\"</ETag></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>\"f\"</ETag></Part></CompleteMultipartUpload>");
}

// An upload whose answer was lost is finished already when it is asked for again.
TEST_F(S3SessionTest, AnUploadFinishedByATryWhoseAnswerWasLostIsFinished) {
  transport_.script = {absl::UnavailableError("connection reset"), Error(404, "NoSuchUpload"),
                       WebReply{200, {{"content-length", "5"}, {"etag", "\"x-1\""}}, ""}};
  EXPECT_THAT(Store()->FinishUpload({"bucket", "key"}, "id", {"\"e\""}), IsOk());
  transport_.script = {Error(404, "NoSuchUpload"), WebReply{404, {}, ""}, Error(404, "NoSuchKey")};
  EXPECT_THAT(Store()->FinishUpload({"bucket", "key"}, "id", {"\"e\""}), StatusIs(absl::StatusCode::kNotFound));
}

TEST(S3Answers, KeysOfAListingAreDecodedAndItsEndIsKnown) {
  ASSERT_OK_AND_ASSIGN(
      const ObjectPage page,
      ParseObjectPage("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url"
                      "</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>t=</NextContinuationToken>"
                      "<Contents><Key>a/The%20Eiffel+Tower%2B</Key><Size>3</Size></Contents>"
                      "<CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes></ListBucketResult>"));
  EXPECT_THAT(page.keys, ElementsAre("a/The Eiffel Tower+"));
  EXPECT_THAT(page.folders, ElementsAre("a/b/"));
  EXPECT_EQ(page.next, "t=");
  EXPECT_THAT(ParseObjectPage("<html>a portal</html>"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(ParseObjectPage("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(ParseUploadId(""), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace doodle
