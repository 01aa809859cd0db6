#include <string>
#include <vector>

#include "common/io/atomic_directory.h"
#include "common/io/checksum.h"
#include "common/io/file_system.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ChecksumTest, EqualsThePublishedVectors) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);            // RFC 3720's check value.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c("456789", Crc32c("123")), Crc32c("123456789"));
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ChecksumTest, AFileHashesAsItsContentDoes) {
  const TemporaryDirectory directory;
  const std::string content(3 << 20, 'x');
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), directory.File("f"), content), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string digest, Sha256OfFile(LocalFileSystem(), directory.File("f")));
  EXPECT_EQ(digest, Sha256Hex(content));
}

TEST(FileSystemTest, ErrorsNameThePathAndKeepTheCause) {
  FileSystem& files = LocalFileSystem();
  EXPECT_THAT(files.Open("/nowhere/at/all"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/at/all")));
  EXPECT_THAT(files.Open("/tmp"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a regular file")));
  const TemporaryDirectory directory;
  ASSERT_THAT(WriteFileAtomically(files, directory.File("f"), "12345"), IsOk());
  EXPECT_THAT(ReadFile(files, directory.File("f"), 4), StatusIs(absl::StatusCode::kResourceExhausted));
  ASSERT_OK_AND_ASSIGN(const auto file, files.Open(directory.File("f")));
  EXPECT_EQ(*file->Read(1, 3), "234");
  EXPECT_THAT(file->Read(3, 3), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(AtomicDirectoryTest, AppearsWholeWithItsLastFileSyncedLast) {
  const TemporaryDirectory directory;
  FaultyFileSystem files(LocalFileSystem());
  ASSERT_OK_AND_ASSIGN(const auto atomic, AtomicDirectory::Create(files, directory.File("d")));
  ASSERT_THAT(atomic->WriteFile("data", "1"), IsOk());
  ASSERT_THAT(atomic->WriteFile("manifest.json", "{}"), IsOk());
  EXPECT_FALSE(files.Exists(directory.File("d")));
  ASSERT_THAT(atomic->Commit(), IsOk());
  EXPECT_THAT(files.log(), ElementsAre("make directory", "create data", "append data", "create manifest.json",
                                       "append manifest.json", "sync data", "sync manifest.json", "sync directory",
                                       "rename to d", "sync directory"));
}

// Whatever step fails, a reader finds no directory under the name; only the last sync comes after the rename.
TEST(AtomicDirectoryTest, IsAbsentWhereverItFailsBeforeTheRename) {
  for (int fail_at = 0; fail_at < 9; ++fail_at) {
    const TemporaryDirectory directory;
    FaultyFileSystem files(LocalFileSystem());
    files.FailFrom(fail_at, absl::ResourceExhaustedError("disk full"));
    const auto write = [&]() -> absl::Status {
      auto atomic = AtomicDirectory::Create(files, directory.File("d"));
      if (!atomic.ok()) return atomic.status();
      if (absl::Status s = (*atomic)->WriteFile("data", "1"); !s.ok()) return s;
      if (absl::Status s = (*atomic)->WriteFile("manifest.json", "{}"); !s.ok()) return s;
      return (*atomic)->Commit();
    };
    EXPECT_THAT(write(), StatusIs(absl::StatusCode::kResourceExhausted)) << fail_at;
    EXPECT_FALSE(files.Exists(directory.File("d"))) << fail_at;
  }
}

TEST(AtomicDirectoryTest, NeverReplacesWhatIsThere) {
  const TemporaryDirectory directory;
  EXPECT_THAT(AtomicDirectory::Create(LocalFileSystem(), directory.path()), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(AtomicDirectoryTest, LeavesNothingWhenItIsNotCommitted) {
  const TemporaryDirectory directory;
  {
    ASSERT_OK_AND_ASSIGN(const auto atomic, AtomicDirectory::Create(LocalFileSystem(), directory.File("d")));
    ASSERT_THAT(atomic->WriteFile("data", "1"), IsOk());
  }
  EXPECT_THAT(*LocalFileSystem().List(directory.path()), ElementsAre());
}

// A crash between the two names leaves the old content.
TEST(WriteFileAtomicallyTest, KeepsTheOldContentWhenTheNewOneCannotBeWritten) {
  const TemporaryDirectory directory;
  FaultyFileSystem files(LocalFileSystem());
  ASSERT_THAT(WriteFileAtomically(files, directory.File("f"), "old"), IsOk());
  for (int64_t more = 0; more < 4; ++more) {
    files.FailFrom(files.operations() + more, absl::ResourceExhaustedError("disk full"));
    EXPECT_THAT(WriteFileAtomically(files, directory.File("f"), "new"), StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(*ReadFile(LocalFileSystem(), directory.File("f")), "old");
  }
}

}  // namespace
}  // namespace doodle
