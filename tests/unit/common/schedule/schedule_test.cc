#include "common/schedule/schedule.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "common/status/status.h"

namespace doodle {
namespace {

ScheduleSpec SpecOf(ScheduleKind kind) {
  ScheduleSpec spec;
  spec.kind = kind;
  return spec;
}

Schedule Make(const ScheduleSpec& spec, int64_t steps) { return Schedule::Create(spec, steps).value(); }

TEST(Schedule, ConstantStaysAndLeavesMomentumAlone) {
  ScheduleSpec spec = SpecOf(ScheduleKind::kConstant);
  spec.lr = 0.25;
  const Schedule schedule = Make(spec, 10);
  EXPECT_EQ(schedule.At(0).learning_rate, 0.25);
  EXPECT_EQ(schedule.At(9).learning_rate, 0.25);
  EXPECT_FALSE(schedule.At(9).momentum.has_value());
}

TEST(Schedule, WarmupRisesFromAHundredthToTheSchedulesOwnFirstRate) {
  ScheduleSpec spec = SpecOf(ScheduleKind::kConstant);
  spec.lr = 1;
  spec.warmup_steps = 100;
  const Schedule schedule = Make(spec, 200);
  EXPECT_DOUBLE_EQ(schedule.At(0).learning_rate, 0.01);
  EXPECT_DOUBLE_EQ(schedule.At(50).learning_rate, 0.505);
  EXPECT_DOUBLE_EQ(schedule.At(100).learning_rate, 1);
}

// Lengths belong to what is left after the warm-up.
TEST(Schedule, AfterTheWarmupTheScheduleRunsOverTheRemainingSteps) {
  for (ScheduleKind kind : {ScheduleKind::kOneCycle, ScheduleKind::kCosine, ScheduleKind::kClr}) {
    ScheduleSpec spec = SpecOf(kind);
    const Schedule plain = Make(spec, 90);
    spec.warmup_steps = 10;
    const Schedule warmed = Make(spec, 100);
    for (int64_t step = 0; step < 90; ++step) EXPECT_EQ(warmed.At(10 + step), plain.At(step)) << step;
  }
}

TEST(Schedule, OneCycleWithoutARiseStartsAtThePeak) {
  ScheduleSpec spec = SpecOf(ScheduleKind::kOneCycle);
  spec.pct_start = 0.1;
  spec.max_lr = 0.5;
  EXPECT_EQ(Make(spec, 10).At(0).learning_rate, 0.5) << "a rising phase of no length is its end";
}

TEST(Schedule, OneCycleThatOnlyRisesEndsAtThePeak) {
  ScheduleSpec spec = SpecOf(ScheduleKind::kOneCycle);
  spec.pct_start = 1;
  spec.max_lr = 0.5;
  EXPECT_DOUBLE_EQ(Make(spec, 10).At(9).learning_rate, 0.5);
}

TEST(Schedule, MomentumGoesAgainstTheRate) {
  ScheduleSpec spec = SpecOf(ScheduleKind::kOneCycle);
  spec.cycle_momentum = true;
  spec.pct_start = 0.5;
  const Schedule schedule = Make(spec, 100);
  EXPECT_DOUBLE_EQ(*schedule.At(0).momentum, 0.95);
  EXPECT_DOUBLE_EQ(*schedule.At(49).momentum, 0.85);
  EXPECT_DOUBLE_EQ(*schedule.At(99).momentum, 0.95);
}

TEST(Schedule, AStepOutsideTheStageTakesTheNearest) {
  const Schedule schedule = Make(SpecOf(ScheduleKind::kOneCycle), 10);
  EXPECT_EQ(schedule.At(-1), schedule.At(0));
  EXPECT_EQ(schedule.At(10), schedule.At(9));
}

struct BadSpec {
  const char* field;
  ScheduleKind kind;
  std::function<void(ScheduleSpec&)> spoil;
};

TEST(Schedule, ABadFieldIsNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<BadSpec> specs = {
      {"lr", ScheduleKind::kConstant, [](auto& s) { s.lr = 0; }},
      {"lr", ScheduleKind::kConstant, [nan](auto& s) { s.lr = nan; }},
      {"lr", ScheduleKind::kCosine, [](auto& s) { s.lr = -1; }},
      {"min_lr", ScheduleKind::kCosine, [](auto& s) { s.min_lr = 2 * s.lr; }},
      {"min_lr", ScheduleKind::kCosine, [](auto& s) { s.min_lr = -1e-9; }},
      {"max_lr", ScheduleKind::kOneCycle, [](auto& s) { s.max_lr = std::numeric_limits<double>::infinity(); }},
      {"pct_start", ScheduleKind::kOneCycle, [](auto& s) { s.pct_start = 1.5; }},
      {"pct_start", ScheduleKind::kOneCycle, [nan](auto& s) { s.pct_start = nan; }},
      {"div_factor", ScheduleKind::kOneCycle, [](auto& s) { s.div_factor = 0; }},
      {"final_div_factor", ScheduleKind::kOneCycle, [](auto& s) { s.final_div_factor = -1; }},
      {"base_lr", ScheduleKind::kClr, [](auto& s) { s.base_lr = 2 * s.max_lr; }},
      {"gamma", ScheduleKind::kClr, [](auto& s) { s.gamma = 0; }},
      {"step_size_up", ScheduleKind::kClr, [](auto& s) { s.step_size_up = 0; }},
      {"step_size_down", ScheduleKind::kClr, [](auto& s) { s.step_size_down = -3; }},
      {"max_momentum", ScheduleKind::kOneCycle, [](auto& s) { s.cycle_momentum = true, s.max_momentum = 1; }},
      {"base_momentum", ScheduleKind::kClr, [](auto& s) { s.cycle_momentum = true, s.base_momentum = 0.99; }},
      {"warmup", ScheduleKind::kCosine, [](auto& s) { s.warmup_steps = 100; }},
      {"warmup", ScheduleKind::kOneCycle, [](auto& s) { s.warmup_steps = -1; }},
  };
  for (const BadSpec& bad : specs) {
    ScheduleSpec spec = SpecOf(bad.kind);
    ASSERT_TRUE(Schedule::Create(spec, 100).ok());
    bad.spoil(spec);
    const absl::Status status = Schedule::Create(spec, 100).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.field;
    EXPECT_EQ(FieldOf(status), bad.field) << status;
  }
}

TEST(Schedule, FieldsOfOtherKindsAreNotRead) {
  ScheduleSpec spec = SpecOf(ScheduleKind::kConstant);
  spec.max_lr = -1;
  spec.step_size_up = 0;
  spec.pct_start = 7;
  EXPECT_TRUE(Schedule::Create(spec, 1).ok());
}

TEST(Schedule, AStageWithoutStepsHasNoSchedule) {
  EXPECT_EQ(Schedule::Create({}, 0).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace doodle
