// Against a real server, which tests/integration/check_object_storage.py starts and names in the usual variables, with
// an empty bucket in DOODLE_TEST_BUCKET. Disabled by name, because without it there is nothing to test.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/ids/random_id.h"
#include "common/storage/curl_transport.h"
#include "common/storage/object_upload.h"
#include "common/storage/s3_object_store.h"
#include "common/storage/storage_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class DISABLED_RealStore : public testing::Test {  // NOLINT(readability-identifier-naming): gtest reads the name.
 protected:
  void SetUp() override {
    const char* bucket = std::getenv("DOODLE_TEST_BUCKET");
    ASSERT_NE(bucket, nullptr);
    bucket_ = bucket;
    settings_ = ReadAwsSettings(ProcessVariables(), LocalFileSystem()).value();
    transport_ = MakeCurlTransport({}, RealClock());
  }

  std::unique_ptr<ObjectStore> Store() {
    return MakeS3ObjectStore(std::make_unique<S3Session>(settings_, *transport_, RealClock()));
  }

  std::unique_ptr<FileSystem> Files() {
    StorageOptions options = ToStorageOptions(ProcessVariables());
    options.cache_directory = cache_.path();
    return MakeStorageFiles(options, LocalFileSystem(), RealClock());
  }

  std::string Path(const std::string& key) const { return absl::StrCat("s3://", bucket_, "/", key); }

  std::string bucket_;
  AwsSettings settings_;
  std::unique_ptr<WebTransport> transport_;
  TemporaryDirectory cache_;
};

TEST_F(DISABLED_RealStore, ALargeFileGoesInThreePartsAndRangesOfItReadBack) {
  const auto files = Files();
  std::string content;
  while (content.size() < 2 * kPartBytes + 12345) content += RandomHex(512);
  ASSERT_OK_AND_ASSIGN(const auto file, files->Create(Path("large/parts.bin")));
  ASSERT_THAT(file->Append(content), IsOk());
  EXPECT_FALSE(files->Exists(Path("large/parts.bin")));
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_THAT(Store()->Head({bucket_, "large/parts.bin"}).value().etag, EndsWith("-3\""));
  ASSERT_OK_AND_ASSIGN(const auto read, files->Open(Path("large/parts.bin")));
  ASSERT_EQ(read->size(), content.size());
  for (const uint64_t offset : {uint64_t{0}, kPartBytes - 7, 2 * kPartBytes - 1, uint64_t{content.size() - 100}}) {
    EXPECT_EQ(read->Read(offset, 100).value(), content.substr(offset, 100)) << offset;
  }
  EXPECT_EQ(read->Read(0, content.size()).value(), content);
}

TEST_F(DISABLED_RealStore, MoreThanAThousandKeysAreListedAndRemoved) {
  const auto store = Store();
  for (int i = 0; i < 1005; ++i) ASSERT_THAT(store->Write({bucket_, absl::StrCat("many/", i)}, "x"), IsOk());
  ASSERT_OK_AND_ASSIGN(const ObjectPage page, store->List({bucket_, "many/"}, ""));
  EXPECT_NE(page.next, "");
  const auto files = Files();
  EXPECT_THAT(files->List(Path("many")).value(), SizeIs(1005));
  EXPECT_THAT(files->RemoveAll(Path("many")), IsOk());
  EXPECT_THAT(files->List(Path("many")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DISABLED_RealStore, KeysWithBlanksSignsAndOtherAlphabetsAreSignedAndListed) {
  const auto files = Files();
  for (const char* name : {"The Eiffel Tower.bin", "a+b=c&d;e,f.bin", "caf\xC3\xA9 (1) 100%.bin", "quote'~!*.bin"}) {
    ASSERT_OK_AND_ASSIGN(const auto file, files->Create(Path(absl::StrCat("names/", name))));
    ASSERT_THAT(file->Append(name), IsOk());
    ASSERT_THAT(file->Close(), IsOk()) << name;
    EXPECT_EQ(ReadFile(*files, Path(absl::StrCat("names/", name))).value(), name);
    EXPECT_THAT(files->List(Path("names")).value(), testing::Contains(name));
  }
}

TEST_F(DISABLED_RealStore, AnEmptyObjectIsWrittenAndRead) {
  const auto files = Files();
  ASSERT_THAT(files->Create(Path("empty")).value()->Close(), IsOk());
  EXPECT_EQ(ReadFile(*files, Path("empty")).value(), "");
}

TEST_F(DISABLED_RealStore, AnObjectThatChangesWhileOpenIsRefused) {
  const auto store = Store();
  ASSERT_THAT(store->Write({bucket_, "changing"}, "0123456789"), IsOk());
  const ObjectVersion version = store->Head({bucket_, "changing"}).value();
  ASSERT_THAT(store->Write({bucket_, "changing"}, "abcdefghij"), IsOk());
  EXPECT_THAT(store->Read({bucket_, "changing"}, version, 2, 3), StatusIs(absl::StatusCode::kFailedPrecondition));
}

// The server checks signatures: each of these differs from a good request in one thing.
TEST_F(DISABLED_RealStore, AWrongSecretKeyOrBucketIsNamed) {
  const AwsSettings good = settings_;
  EXPECT_THAT(Store()->Write({bucket_, "signed"}, "x"), IsOk());
  settings_.credentials.secret_key = "another-secret";
  EXPECT_THAT(
      Store()->Write({bucket_, "signed"}, "x"),
      StatusIs(absl::StatusCode::kUnauthenticated, AllOf(HasSubstr("secret key"), Not(HasSubstr("another-secret")))));
  EXPECT_THAT(Store()->Head({bucket_, "signed"}), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Store()->List({bucket_, ""}, ""), StatusIs(absl::StatusCode::kUnauthenticated));
  settings_ = good;
  settings_.credentials.access_key = "nobody";
  EXPECT_THAT(Store()->Head({bucket_, "signed"}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("access key")));
  settings_ = good;
  EXPECT_THAT(Store()->Head({"no-such-bucket-here", "signed"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such bucket")));
  EXPECT_THAT(Store()->Write({"no-such-bucket-here", "signed"}, "x"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Store()->Head({bucket_, "none"}), StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such object")));
}

TEST_F(DISABLED_RealStore, AnUploadThatIsGivenUpLeavesNoObject) {
  const auto store = Store();
  {
    ObjectUpload upload(*store, {bucket_, "dropped"}, 5 << 20);
    ASSERT_THAT(upload.Append(std::string(6 << 20, 'x')), IsOk());
  }
  EXPECT_THAT(store->Head({bucket_, "dropped"}), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace doodle
