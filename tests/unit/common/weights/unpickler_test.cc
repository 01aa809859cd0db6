#include "common/weights/unpickler.h"

#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using Kind = PickleNode::Kind;
using std::string_literals::operator""s;

bool AllowOrderedDict(absl::string_view global) { return global == "collections OrderedDict"; }

absl::StatusOr<PickleTree> Read(const std::string& bytes) { return Unpickle(bytes, AllowOrderedDict); }

// pickle.dumps({'a': (1, -2, 300, 70000, 2**40), 'b': [1.5, True, None]}, protocol=2)
const std::string kPlain =
    "\x80\x02}q\0(X\1\0\0\0aq\1(K\1J\xfe\xff\xff\xffM,\1Jp\x11\1\0\x8a\6\0\0\0\0\0\1tq\2X\1\0\0\0bq\3]q\4(G?\xf8\0\0\0\0\0\0\x88Neu."s;

TEST(UnpicklerTest, PlainValuesComeOut) {
  ASSERT_OK_AND_ASSIGN(PickleTree tree, Read(kPlain));
  const PickleNode& root = tree.at(tree.root);
  ASSERT_EQ(root.kind, Kind::kDict);
  ASSERT_EQ(root.children.size(), 4u);
  EXPECT_EQ(tree.at(root.children[0]).text, "a");
  const PickleNode& numbers = tree.at(root.children[1]);
  const int64_t expected[] = {1, -2, 300, 70000, 1LL << 40};
  ASSERT_EQ(numbers.children.size(), 5u);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(tree.at(numbers.children[i]).integer, expected[i]);
  const PickleNode& list = tree.at(root.children[3]);
  ASSERT_EQ(list.children.size(), 3u);
  EXPECT_EQ(tree.at(list.children[0]).real, 1.5);
  EXPECT_EQ(tree.at(list.children[1]).integer, 1);
  EXPECT_EQ(tree.at(list.children[2]).kind, Kind::kNone);
}

// A state_dict carries a `_metadata` attribute: set on the dictionary, and dropped here.
TEST(UnpicklerTest, AttributesOfADictionaryAreDropped) {
  ASSERT_OK_AND_ASSIGN(PickleTree tree, Read("\x80\x02"
                                             "ccollections\nOrderedDict\n)R}X\1\0\0\0kK\1sb."s));
  EXPECT_EQ(tree.at(tree.root).kind, Kind::kDict);
  EXPECT_TRUE(tree.at(tree.root).children.empty());
}

// NEWOBJ, REDUCE of a global that is not allowed, STACK_GLOBAL, EXT1: everything that could build an object.
TEST(UnpicklerTest, WhatBuildsObjectsIsRefused) {
  EXPECT_THAT(Read("\x80\x02"
                   "cos\nsystem\n)R."s),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("os.system")));
  EXPECT_THAT(Read("\x80\x02"
                   "ccollections\nOrderedDict\n)\x81."s),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Read("\x80\x04\x8c\2os\x8c\6system\x93."s), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Read("\x80\x02\x82\1."s), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Read("\x80\x02K\1}b."s), StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("state")));
}

// A list within itself is a tree with a loop; reading it ends.
TEST(UnpicklerTest, ALoopIsHarmless) {
  ASSERT_OK_AND_ASSIGN(PickleTree tree, Read("\x80\x02]q\0h\0a."s));
  EXPECT_EQ(tree.at(tree.root).children, std::vector<uint32_t>{tree.root});
}

// A hundred thousand tuples in each other neither overflow the stack nor take long.
TEST(UnpicklerTest, DeepNestingIsHarmless) {
  EXPECT_THAT(Read("\x80\x02N" + std::string(100000, '\x85') + "."), IsOk());
}

TEST(UnpicklerTest, MalformedPicklesAreDataLoss) {
  for (const std::string& bytes : {""s, "\x80\x09."s, "."s, "NN."s, "\x85."s, "(t"s, "e."s, "]Na"s, "}Ns."s, "h\7."s,
                                   "X\xff\xff\xff\xffx."s, "\x8a\x09xxxxxxxxx."s, "NNR."s, "Na."s, "q\0."s}) {
    EXPECT_THAT(Read(bytes), StatusIs(absl::StatusCode::kDataLoss)) << bytes;
  }
}

// Any prefix and any changed byte: an answer or an error, never a crash.
TEST(UnpicklerTest, DamageNeverCrashes) {
  for (size_t size = 0; size < kPlain.size(); ++size) EXPECT_FALSE(Read(kPlain.substr(0, size)).ok()) << size;
  int readable = 0;
  for (size_t i = 0; i < kPlain.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = kPlain;
      damaged[i] = static_cast<char>(value);
      readable += Read(damaged).ok() ? 1 : 0;
    }
  }
  EXPECT_GT(readable, 0);
}

}  // namespace
}  // namespace doodle
