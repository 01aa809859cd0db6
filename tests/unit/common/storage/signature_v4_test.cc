#include "common/storage/signature_v4.h"

#include "absl/strings/match.h"
#include "common/io/checksum.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// The key of every example in AWS's documents.
const AwsCredentials kS3Example = {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};

std::string SignS3Example(SignableRequest request) {
  const absl::Time time = absl::FromUnixSeconds(1369353600);  // 2013-05-24 00:00 UTC
  request.headers["host"] = "examplebucket.s3.amazonaws.com";
  request.headers["x-amz-date"] = AmzDate(time);
  request.headers["x-amz-content-sha256"] = request.payload_sha256;
  return Authorization(request, kS3Example, {"us-east-1", "s3", time});
}

// The four examples of "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
TEST(SignatureV4, GetOfARangeIsSignedAsInTheReference) {
  const std::string header = SignS3Example({"GET", "/test.txt", {}, {{"range", "bytes=0-9"}}, Sha256Hex("")});
  EXPECT_THAT(header, HasSubstr("Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"));
  EXPECT_THAT(header, HasSubstr("SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"));
  EXPECT_THAT(header, EndsWith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
}

TEST(SignatureV4, PutOfAKeyWithADollarIsSignedAsInTheReference) {
  const std::string header =
      SignS3Example({"PUT",
                     "/" + UriEncode("test$file.text", true),
                     {},
                     {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                     Sha256Hex("Welcome to Amazon S3.")});
  EXPECT_THAT(header, EndsWith("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SignatureV4, AQueryWithoutAValueIsSignedAsInTheReference) {
  const std::string header = SignS3Example({"GET", "/", {{"lifecycle", ""}}, {}, Sha256Hex("")});
  EXPECT_THAT(header, EndsWith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SignatureV4, AListingIsSignedAsInTheReference) {
  const std::string header = SignS3Example({"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}, Sha256Hex("")});
  EXPECT_THAT(header, EndsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

// "get-vanilla" of AWS's Signature Version 4 test suite: another service and key.
TEST(SignatureV4, TheSimplestRequestOfTheTestSuiteIsSignedAsThere) {
  const absl::Time time = absl::FromUnixSeconds(1440938160);  // 2015-08-30 12:36 UTC
  const SignableRequest request = {
      "GET", "/", {}, {{"host", "example.amazonaws.com"}, {"x-amz-date", AmzDate(time)}}, Sha256Hex("")};
  const AwsCredentials credentials = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  EXPECT_THAT(Authorization(request, credentials, {"us-east-1", "service", time}),
              EndsWith("Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"));
}

TEST(SignatureV4, BlanksSlashesAndBytesAboveAsciiAreEncoded) {
  EXPECT_EQ(UriEncode("The Eiffel Tower/a+b~c.\xC3\xA9", true), "The%20Eiffel%20Tower/a%2Bb~c.%C3%A9");
  EXPECT_EQ(UriEncode("a/b", false), "a%2Fb");
  EXPECT_EQ(EncodedQuery({{"prefix", "a b/"}, {"list-type", "2"}}), "list-type=2&prefix=a%20b%2F");
}

}  // namespace
}  // namespace doodle
