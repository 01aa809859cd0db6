#include "common/ingest/split_rule.h"

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SplitRule, ReadsCountsAndShares) {
  EXPECT_EQ(*ParseSplitRule("stack=34000"), (SplitRule{"stack", false, 34000}));
  EXPECT_EQ(*ParseSplitRule("valid=10%"), (SplitRule{"valid", true, 10'000'000}));
  EXPECT_EQ(*ParseSplitRule("valid=0.5%"), (SplitRule{"valid", true, 500'000}));
  EXPECT_EQ(*ParseSplitRule("all=100%"), (SplitRule{"all", true, 100'000'000}));
}

TEST(SplitRule, RefusesWhatItCannotRead) {
  for (const char* text :
       {"", "valid", "valid=", "=10%", "valid=%", "valid=x", "valid=-1", "valid=101%", "valid=100.1%", "valid=1.%",
        "valid=.5%", "valid=1.0000001%", "valid=1.5", "a/b=3", "train=10%"}) {
    EXPECT_THAT(ParseSplitRule(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("split"))) << text;
  }
}

TEST(CutSplits, SharesAreOfAllDrawingsRoundedDownAndTheRestIsTrain) {
  const std::vector<SplitRule> rules = {*ParseSplitRule("valid=10%"), *ParseSplitRule("stack=34"),
                                        *ParseSplitRule("tiny=0.1%")};
  EXPECT_THAT(*CutSplits(rules, 3614), ElementsAre(SplitSize{"valid", 361}, SplitSize{"stack", 34},
                                                   SplitSize{"tiny", 3}, SplitSize{"train", 3216}));
  EXPECT_THAT(*CutSplits({}, 7), ElementsAre(SplitSize{"train", 7}));
  EXPECT_THAT(*CutSplits({*ParseSplitRule("valid=10%")}, 9), ElementsAre(SplitSize{"valid", 0}, SplitSize{"train", 9}));
}

// With binary fractions these would come out one too low.
TEST(CutSplits, DecimalSharesAreExact) {
  EXPECT_EQ((*CutSplits({*ParseSplitRule("a=0.7%")}, 1000))[0].drawings, 7U);
  EXPECT_EQ((*CutSplits({*ParseSplitRule("a=57%")}, 100))[0].drawings, 57U);
  EXPECT_EQ((*CutSplits({*ParseSplitRule("a=10%")}, 1ULL << 62))[0].drawings, (1ULL << 62) / 10);
}

TEST(CutSplits, AsksForNoMoreThanThereIs) {
  EXPECT_THAT(CutSplits({*ParseSplitRule("a=60%"), *ParseSplitRule("b=50%")}, 100),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("only 40 of 100")));
  EXPECT_THAT(CutSplits({*ParseSplitRule("a=1"), *ParseSplitRule("a=1")}, 100),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
}

}  // namespace
}  // namespace doodle
