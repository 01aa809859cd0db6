#include "common/storage/storage_files.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/storage/cached_objects.h"
#include "common/storage/object_upload.h"
#include "common/storage/publish.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/storage/fake_object_store.h"

namespace doodle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StorageFilesTest : public testing::Test {
 protected:
  std::unique_ptr<FileSystem> Files() {
    StorageOptions options;
    options.cache_directory = directory_.File("cache");
    return MakeStorageFiles(options, LocalFileSystem(), clock_, std::make_unique<FakeObjectStore>(state_));
  }

  void WriteLocal(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(directory_.File("from"));
    std::ofstream(directory_.File("from/" + name)) << text;
  }

  PublishOptions FromTo(const std::string& to) {
    PublishOptions options;
    options.from = directory_.File("from");
    options.to = to;
    options.last = "manifest.json";
    return options;
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  FakeObjectStore::State state_;
};

TEST_F(StorageFilesTest, ObjectsAreFilesAndLocalPathsStayLocal) {
  const auto files = Files();
  ASSERT_OK_AND_ASSIGN(const auto file, files->Create("s3://bucket/a/The Eiffel Tower.bin"));
  ASSERT_THAT(file->Append("some "), IsOk());
  ASSERT_THAT(file->Append("strokes"), IsOk());
  EXPECT_FALSE(files->Exists("s3://bucket/a/The Eiffel Tower.bin"));
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(ReadFile(*files, "s3://bucket/a/The Eiffel Tower.bin").value(), "some strokes");
  EXPECT_TRUE(files->Exists("s3://bucket/a"));
  EXPECT_FALSE(files->Exists("s3://bucket/The"));
  WriteLocal("b", "local");
  EXPECT_EQ(ReadFile(*files, directory_.File("from/b")).value(), "local");
  EXPECT_THAT(files->Rename("s3://bucket/a", "s3://bucket/b"), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(StorageFilesTest, AListingOfManyPagesIsWholeAndNamesFoldersOnce) {
  state_.page_keys = 10;
  for (int i = 0; i < 35; ++i) state_.objects[absl::StrCat("a/", i)] = "x";
  state_.objects["a/folder/1"] = "x";
  state_.objects["a/folder/2"] = "x";
  state_.objects["ab"] = "x";
  const auto files = Files();
  EXPECT_THAT(files->List("s3://bucket/a").value(), SizeIs(36));
  EXPECT_THAT(files->List("s3://bucket/a/folder").value(), ElementsAre("1", "2"));
  EXPECT_THAT(files->List("s3://bucket/none"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(files->List("s3://bucket/ab"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StorageFilesTest, RemoveAllTakesAnObjectWithWhatIsBelowAndNeverABucket) {
  for (const char* key : {"a", "a/1", "a/b/2", "ab"}) state_.objects[key] = "x";
  const auto files = Files();
  EXPECT_THAT(files->RemoveAll("s3://bucket"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(files->RemoveAll("s3://bucket/"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(files->RemoveAll("s3://bucket/a"), IsOk());
  EXPECT_THAT(state_.objects, SizeIs(1));
  EXPECT_THAT(files->RemoveAll("s3://bucket/a"), IsOk());
}

TEST_F(StorageFilesTest, WithoutSettingsTheFirstUseOfAnObjectSaysSoAndLocalFilesWork) {
  StorageOptions options;
  options.variable = [](const std::string&) { return std::nullopt; };
  const auto files = MakeStorageFiles(options, LocalFileSystem(), clock_);
  EXPECT_TRUE(files->Exists(directory_.path()));
  EXPECT_THAT(files->Open("s3://bucket/a"), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(CheckThere(*files, "s3://bucket/a"), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(CheckThere(*files, directory_.File("none")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StorageFilesTest, AFolderIsPublishedWithItsManifestLast) {
  for (const char* name : {"manifest.json", "shard-1", "shard-2", "zone"}) WriteLocal(name, name);
  const auto files = Files();
  ASSERT_THAT(CheckFree(*files, "s3://bucket/set", "manifest.json"), IsOk());
  uint64_t total = 0;
  PublishOptions options = FromTo("s3://bucket/set");
  options.progress = [&](uint64_t done, uint64_t all) {
    EXPECT_LE(done, all);
    total = done;
  };
  ASSERT_THAT(Publish(*files, options), IsOk());
  EXPECT_EQ(total, 31U);
  EXPECT_EQ(state_.calls.back(), "PUT set/manifest.json");
  EXPECT_EQ(ReadFile(*files, "s3://bucket/set/shard-2").value(), "shard-2");
  EXPECT_THAT(CheckFree(*files, "s3://bucket/set", "manifest.json"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(CheckFree(*files, "s3://bucket/set", ""), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(CheckFree(*files, "s3://other/set", "manifest.json"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StorageFilesTest, APublicationThatFailsOrIsCanceledLeavesNothing) {
  for (const char* name : {"manifest.json", "shard-1", "shard-2"}) WriteLocal(name, name);
  const auto files = Files();
  state_.fail = "PUT set/shard-2";
  EXPECT_THAT(Publish(*files, FromTo("s3://bucket/set")), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(state_.objects, IsEmpty());
  state_.fail = "";
  PublishOptions options = FromTo("s3://bucket/set");
  options.canceled = [&] { return !state_.objects.empty(); };
  EXPECT_THAT(Publish(*files, options), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(state_.objects, IsEmpty());
}

TEST_F(StorageFilesTest, AKilledPublicationLeavesNoManifestAndIsRepeated) {
  for (const char* name : {"manifest.json", "shard-1"}) WriteLocal(name, name);
  state_.objects["set/shard-1"] = "what a killed run left";
  const auto files = Files();
  EXPECT_THAT(CheckFree(*files, "s3://bucket/set", "manifest.json"), IsOk());
  EXPECT_THAT(Publish(*files, FromTo("s3://bucket/set")), IsOk());
  EXPECT_EQ(state_.objects["set/shard-1"], "shard-1");
}

TEST(ObjectUpload, ALargeFileGoesInPartsOfWhichNoneIsEmpty) {
  FakeObjectStore::State state;
  FakeObjectStore store(state);
  ObjectUpload upload(store, {"bucket", "key"}, 4);
  ASSERT_THAT(upload.Append("0123456"), IsOk());
  ASSERT_THAT(upload.Append("78901"), IsOk());
  ASSERT_THAT(upload.Close(), IsOk());
  EXPECT_EQ(state.objects["key"], "012345678901");
  EXPECT_THAT(state.calls, ElementsAre("START key", "PART 1 key", "PART 2 key", "PART 3 key", "FINISH key"));
}

TEST(ObjectUpload, OneThatIsNotClosedOrLacksAPartNeverAppears) {
  FakeObjectStore::State state;
  FakeObjectStore store(state);
  {
    ObjectUpload dropped(store, {"bucket", "dropped"}, 4);
    ASSERT_THAT(dropped.Append("0123456789"), IsOk());
    ObjectUpload broken(store, {"bucket", "broken"}, 4);
    state.fail = "PART 2 broken";
    EXPECT_THAT(broken.Append("0123456789"), StatusIs(absl::StatusCode::kUnavailable));
    state.fail = "";
    EXPECT_THAT(broken.Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
  }
  EXPECT_THAT(state.objects, IsEmpty());
  EXPECT_THAT(state.uploads, IsEmpty());
}

class CachedObjectsTest : public StorageFilesTest {
 protected:
  CachedObjectsTest() : store_(state_) {
    state_.objects["key"] = "0123456789abcdef";
    cache_ = PieceCache::Open(LocalFileSystem(), directory_.File("pieces"), 10000).value();
  }
  FakeObjectStore store_;
  std::unique_ptr<PieceCache> cache_;
};

TEST_F(CachedObjectsTest, ARangeOverPiecesIsFetchedOnceAndThenReadFromDisk) {
  CachedObjects objects(store_, cache_.get(), clock_, "here", 5);
  ASSERT_OK_AND_ASSIGN(const auto file, objects.Open({"bucket", "key"}));
  EXPECT_EQ(file->size(), 16U);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(file->Read(3, 9).value(), "3456789ab");
  EXPECT_THAT(state_.calls, ElementsAre("HEAD key", "READ key 0 5", "READ key 5 5", "READ key 10 5"));
  EXPECT_EQ(file->Read(15, 1).value(), "f");  // The last piece is short.
  EXPECT_EQ(file->Read(16, 0).value(), "");
  EXPECT_THAT(file->Read(15, 2), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(CachedObjectsTest, AChangedObjectIsAnErrorForWhoHasItOpenAndNewForOthers) {
  CachedObjects objects(store_, cache_.get(), clock_, "here", 5);
  ASSERT_OK_AND_ASSIGN(const auto file, objects.Open({"bucket", "key"}));
  EXPECT_EQ(file->Read(0, 2).value(), "01");
  ASSERT_THAT(store_.Write({"bucket", "key"}, "ABCDEFGHIJKLMNOP"), IsOk());
  EXPECT_THAT(file->Read(5, 2), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_OK_AND_ASSIGN(const auto again, objects.Open({"bucket", "key"}));
  EXPECT_EQ(again->Read(0, 2).value(), "AB");
}

TEST_F(CachedObjectsTest, WithoutACacheExactlyTheRangeIsAskedFor) {
  CachedObjects objects(store_, nullptr, clock_, "here", 5);
  ASSERT_OK_AND_ASSIGN(const auto file, objects.Open({"bucket", "key"}));
  EXPECT_EQ(file->Read(3, 9).value(), "3456789ab");
  EXPECT_THAT(state_.calls, Contains("READ key 3 9"));
}

TEST_F(CachedObjectsTest, TwoEndpointsInOneCacheAreToldApart) {
  CachedObjects here(store_, cache_.get(), clock_, "here", 5);
  EXPECT_EQ(here.Open({"bucket", "key"}).value()->Read(0, 2).value(), "01");
  FakeObjectStore::State other_state;
  other_state.objects["key"] = "another content!";
  FakeObjectStore other(other_state);
  CachedObjects there(other, cache_.get(), clock_, "there", 5);
  EXPECT_EQ(there.Open({"bucket", "key"}).value()->Read(0, 2).value(), "an");
}

}  // namespace
}  // namespace doodle
