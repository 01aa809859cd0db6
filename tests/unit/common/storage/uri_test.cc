#include "common/storage/uri.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

// A job file may name data either way.
TEST(UriTest, AFileUriAndAPlainPathMeanTheSameFile) {
  ASSERT_OK_AND_ASSIGN(const std::string from_uri, LocalPath("file:///data/quick%20draw"));
  EXPECT_EQ(from_uri, "/data/quick draw");
  ASSERT_OK_AND_ASSIGN(const std::string plain, LocalPath("/data/quick draw"));
  EXPECT_EQ(plain, from_uri);
  ASSERT_OK_AND_ASSIGN(const std::string relative, LocalPath("data/100%"));
  EXPECT_EQ(relative, "data/100%");
}

// file://data/x is the usual slip: it names a host.
TEST(UriTest, WhatIsNotALocalFileIsRefusedByName) {
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(LocalPath(""), StatusIs(invalid));
  EXPECT_THAT(LocalPath("file://data/x"), StatusIs(invalid, HasSubstr("file://data/x")));
  EXPECT_THAT(LocalPath("http://example.org/x"), StatusIs(invalid, HasSubstr("unknown scheme")));
  EXPECT_THAT(LocalPath("file:///a%2"), StatusIs(invalid));
  EXPECT_THAT(LocalPath("file:///a%00b"), StatusIs(invalid));
  EXPECT_THAT(ParseUri("s3:///prefix"), StatusIs(invalid));
}

// A reader of local files alone refuses it by name.
TEST(UriTest, AnObjectStoreIsAStoragePathAndNoLocalOne) {
  ASSERT_OK_AND_ASSIGN(const Uri uri, ParseUri("s3://bucket/quick/draw"));
  EXPECT_EQ(uri, (Uri{Uri::Scheme::kS3, "bucket", "quick/draw"}));
  EXPECT_THAT(LocalPath("s3://bucket/quick/draw"), StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("s3://")));
  EXPECT_EQ(StoragePath("s3://bucket/quick draw/").value(), "s3://bucket/quick draw");
  EXPECT_EQ(StoragePath("s3://bucket").value(), "s3://bucket");
  EXPECT_EQ(StoragePath("file:///a%20b").value(), "/a b");
  EXPECT_EQ(StorageUri("s3://bucket/a", "/here"), "s3://bucket/a");
  EXPECT_EQ(StorageUri("a", "/here"), "file:///here/a");
}

// What FileUri writes, LocalPath reads.
TEST(UriTest, AFileUriIsAbsoluteAndReadsBack) {
  EXPECT_EQ(FileUri("../b/./c d%", "/a/x"), "file:///a/b/c%20d%25");
  EXPECT_EQ(FileUri("/z", "/a/x"), "file:///z");
  ASSERT_OK_AND_ASSIGN(const std::string path, LocalPath(FileUri("c d%", "/a")));
  EXPECT_EQ(path, "/a/c d%");
}

}  // namespace
}  // namespace doodle
