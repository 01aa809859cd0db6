#include "common/spec/trigger.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using Unit = Trigger::Unit;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseTrigger, TakesEveryUnit) {
  const std::vector<std::pair<std::string, Trigger>> cases = {
      {"500ba", {Unit::kSteps, 500}}, {"2ep", {Unit::kEpochs, 2}},      {"0.5ep", {Unit::kEpochs, 0.5}},
      {"64sp", {Unit::kSamples, 64}}, {"3ksp", {Unit::kSamples, 3000}}, {"1Msp", {Unit::kSamples, 1e6}},
      {"30s", {Unit::kSeconds, 30}},  {"10min", {Unit::kSeconds, 600}}, {"20h", {Unit::kSeconds, 72000}},
      {"10%", {Unit::kShare, 0.1}},   {"100%", {Unit::kShare, 1}},      {"1.5Msp", {Unit::kSamples, 1.5e6}},
      {"auto", {Unit::kNever, 0}},
  };
  for (const auto& [text, trigger] : cases) {
    ASSERT_OK_AND_ASSIGN(const Trigger parsed, ParseTrigger(text));
    EXPECT_EQ(parsed, trigger) << text;
  }
}

TEST(ParseTrigger, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"5", "\"5\" has no unit"},
      {"", "\"\" does not begin with a number"},
      {"ep", "\"ep\" does not begin with a number"},
      {"5 ep", "\"5 ep\" has an unknown unit \" ep\""},
      {"5epochs", "\"5epochs\" has an unknown unit \"epochs\""},
      {"0ba", "\"0ba\" is not more than zero"},
      {"-1ba", "\"-1ba\" does not begin with a number"},
      {"1.5ba", "\"1.5ba\" is not a whole number"},
      {"101%", "\"101%\" is more than 100%"},
      {"1.2.3s", "\"1.2.3s\" does not begin with a number"},
      {"99999999999999999999ba", "is too large"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_THAT(ParseTrigger(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  }
  EXPECT_EQ(ParseTrigger("5").status().message(),
            "\"5\" has no unit; write 500ba (batches), 2ep (epochs), 1Msp (samples), 30s, 10min, 20h or 10% (of the "
            "stage)");
}

TEST(TriggerText, ReadsBack) {
  for (const char* text : {"500ba", "2ep", "0.5ep", "1000000sp", "30s", "10%", "2.5%"}) {
    ASSERT_OK_AND_ASSIGN(const Trigger trigger, ParseTrigger(text));
    EXPECT_EQ(TriggerText(trigger), text);
  }
  EXPECT_EQ(TriggerText(Trigger{}), "never");
}

std::vector<uint64_t> DueSteps(const std::string& text, const StageExtent& stage) {
  std::vector<uint64_t> steps;
  const Trigger trigger = ParseTrigger(text).value();
  for (uint64_t step = 0; step < stage.steps + 2; ++step) {
    if (Due(trigger, stage, step)) steps.push_back(step);
  }
  return steps;
}

// 3 epochs of 10 drawings in batches of 4: 7 steps, the last with 6. Epochs end at ceil(10/4) = 3, ceil(20/4) = 5 and 7
// committed steps, hence with steps 2, 4 and 6.
constexpr StageExtent kStage = {.samples = 10, .epochs = 3, .global_batch = 4, .steps = 7};

TEST(Due, AnEpochEndsWithTheStepThatHoldsItsLastSample) {
  EXPECT_THAT(DueSteps("1ep", kStage), ElementsAre(2, 4, 6));
  EXPECT_THAT(DueSteps("2ep", kStage), ElementsAre(4, 6));
}

TEST(Due, CountsBatchesSamplesAndShares) {
  EXPECT_THAT(DueSteps("2ba", kStage), ElementsAre(1, 3, 5, 6));
  EXPECT_THAT(DueSteps("9sp", kStage), ElementsAre(2, 4, 6));
  EXPECT_THAT(DueSteps("1sp", kStage), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(DueSteps("50%", kStage), ElementsAre(3, 6));
}

// 7 % of 100 steps is 7.000000000000001 in binary; it must not come a step late.
TEST(Due, ASharesRoundingDoesNotDelayIt) {
  const StageExtent stage = {.samples = 100, .epochs = 1, .global_batch = 1, .steps = 100};
  const std::vector<uint64_t> steps = DueSteps("7%", stage);
  ASSERT_EQ(steps.size(), 15u);
  EXPECT_EQ(steps.front(), 6u);
  EXPECT_EQ(steps[13], 97u);
  EXPECT_EQ(steps.back(), 99u);
}

TEST(Due, TheEndOfAStageIsAlwaysDue) { EXPECT_THAT(DueSteps("500ba", kStage), ElementsAre(6)); }

TEST(Due, NeverIsNeverAndWallClockOnlyAtTheEnd) {
  EXPECT_THAT(DueSteps("auto", kStage), ElementsAre());
  EXPECT_THAT(DueSteps("1s", kStage), ElementsAre(6));
}

TEST(StepsOf, RoundsUpEpochsAndSamples) {
  EXPECT_EQ(StepsOf(ParseTrigger("5ba").value(), kStage).value(), 5);
  EXPECT_EQ(StepsOf(ParseTrigger("1ep").value(), kStage).value(), 3);
  EXPECT_EQ(StepsOf(ParseTrigger("0.5ep").value(), kStage).value(), 2);
  EXPECT_EQ(StepsOf(ParseTrigger("9sp").value(), kStage).value(), 3);
  EXPECT_EQ(StepsOf(ParseTrigger("50%").value(), kStage).value(), 4);
  EXPECT_EQ(StepsOf(Trigger{}, kStage).value(), 0);
  EXPECT_THAT(StepsOf(ParseTrigger("30s").value(), kStage), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
