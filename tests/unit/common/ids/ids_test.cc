#include <set>
#include <string>

#include "common/ids/hash64.h"
#include "common/ids/names.h"
#include "common/ids/random_id.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

// Orders on disk depend on these values: they must never change.
TEST(Hash64Test, ValuesAreFixedForEver) {
  EXPECT_EQ(Mix64(0), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(Mix64(1), 0x910a2dec89025cc1ULL);
  EXPECT_EQ(HashCombine(1, 2), Mix64(1 ^ Mix64(2)));
  EXPECT_EQ(HashBytes(""), Mix64(0));
}

TEST(Hash64Test, BytesThatDifferInLengthOrAnywhereHashApart) {
  std::set<uint64_t> hashes;
  for (const char* text : {"", "a", "b", "ab", "ba", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaab"}) {
    hashes.insert(HashBytes(text));
  }
  hashes.insert(HashBytes(absl::string_view("a\0", 2)));
  EXPECT_EQ(hashes.size(), 9u);
}

TEST(NamesTest, ANameIsOnePathComponent) {
  for (const char* name : {"a", "seresnet50-128", "Run_1.2", "7"}) EXPECT_THAT(ValidateName("name", name), IsOk());
  for (const char* name : {"", ".", "..", "-a", "a/b", "a b", "a\n", "\xc3\xa9", "_x"}) {
    EXPECT_THAT(ValidateName("name", name), StatusIs(absl::StatusCode::kInvalidArgument)) << name;
  }
  EXPECT_THAT(ValidateName("name", std::string(64, 'a')), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(NamesTest, TheErrorShowsTheOffendingCharacterAndTheField) {
  const absl::Status status = ValidateName("job.name", "my job");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'my job' has ' ' at position 3")));
}

TEST(RandomIdTest, TwoAreDifferentAndHaveTheLengthAskedFor) {
  EXPECT_EQ(RandomHex(16).size(), 32u);
  EXPECT_NE(RandomHex(), RandomHex());
}

}  // namespace
}  // namespace doodle
