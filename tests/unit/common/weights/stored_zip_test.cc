#include "common/weights/stored_zip.h"

#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

// Sizes and offsets over 4 GiB need ZIP64 fields; forced here, because no test writes 4 GiB.
TEST(StoredZipTest, Zip64ArchivesReadBack) {
  StoredZipWriter zip({.always_zip64 = true});
  zip.Add("a/one", "first");
  zip.Add("a/two", "");
  std::string bytes = zip.Finish();
  EXPECT_THAT(bytes, HasSubstr("PK\6\6"));
  ASSERT_OK_AND_ASSIGN(auto entries, ReadStoredZip(bytes));
  EXPECT_EQ(entries, (std::map<std::string, absl::string_view>{{"a/one", "first"}, {"a/two", ""}}));
}

// A flipped byte of a weight is found by its entry's checksum.
TEST(StoredZipTest, DamagedContentIsNamed) {
  StoredZipWriter zip({});
  zip.Add("a/one", "first");
  std::string bytes = zip.Finish();
  bytes[bytes.find("first")] = 'F';
  EXPECT_THAT(ReadStoredZip(bytes), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a/one: zip: checksum")));
}

TEST(StoredZipTest, EntriesOfTheSameNameAreRefused) {
  StoredZipWriter zip({});
  zip.Add("a", "1");
  zip.Add("a", "2");
  EXPECT_THAT(ReadStoredZip(zip.Finish()), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a: twice")));
}

}  // namespace
}  // namespace doodle
