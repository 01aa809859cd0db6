#include "common/ids/utf8.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(Utf8Test, WholeCharactersPass) {
  for (const char* text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf"}) {
    EXPECT_EQ(FirstInvalidUtf8(text), absl::string_view(text).size()) << text;
  }
}

// Each case is bad at its second byte.
TEST(Utf8Test, BrokenOverlongAndSurrogateBytesAreFound) {
  for (const char* text :
       {"a\xff", "a\x80", "a\xc3", "a\xc0\x80", "a\xe0\x80\x80", "a\xed\xa0\x80", "a\xf4\x90\x80\x80"}) {
    EXPECT_EQ(FirstInvalidUtf8(text), 1u);
  }
}

TEST(Utf8Test, EachBadByteBecomesAQuestionMark) {
  EXPECT_EQ(ReplaceInvalidUtf8("\xff\xfe ok \xc3\xa9 \xe2\x82"), "?? ok \xc3\xa9 ??");
  EXPECT_EQ(ReplaceInvalidUtf8("\x80"), "?");
  EXPECT_EQ(ReplaceInvalidUtf8("fine"), "fine");
}

}  // namespace
}  // namespace doodle
