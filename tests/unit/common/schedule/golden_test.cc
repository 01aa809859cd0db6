// Every schedule against traces of PyTorch 2.10 and of the Keras callback (tests/data/schedules/make_golden.py).
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/schedule/schedule.h"

namespace doodle {
namespace {

struct Row {
  int64_t step;
  double lr;
  std::optional<double> momentum;
};

std::map<std::string, std::vector<Row>> ReadTraces() {
  std::map<std::string, std::vector<Row>> traces;
  std::ifstream file("tests/data/schedules/golden.csv");
  std::string line;
  std::getline(file, line);  // Versions.
  std::getline(file, line);  // Column names.
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    Row row{};
    double momentum = 0;
    EXPECT_TRUE(absl::SimpleAtoi(cells.at(1), &row.step) && absl::SimpleAtod(cells.at(2), &row.lr)) << line;
    if (absl::SimpleAtod(cells.at(3), &momentum)) row.momentum = momentum;
    traces[cells.at(0)].push_back(row);
  }
  return traces;
}

ScheduleSpec OneCycle(double max_lr, double pct_start, bool cycle_momentum) {
  ScheduleSpec spec;
  spec.kind = ScheduleKind::kOneCycle;
  spec.max_lr = max_lr;
  spec.pct_start = pct_start;
  spec.cycle_momentum = cycle_momentum;
  return spec;
}

ScheduleSpec LinearOneCycle() {
  ScheduleSpec spec = OneCycle(0.5, 0.4, true);
  spec.anneal = AnnealKind::kLinear;
  spec.div_factor = 10;
  spec.final_div_factor = 100;
  spec.base_momentum = 0.8;
  spec.max_momentum = 0.9;
  return spec;
}

ScheduleSpec ThreePhase() {
  ScheduleSpec spec = OneCycle(1e-2, 0.35, true);
  spec.three_phase = true;
  return spec;
}

ScheduleSpec Cosine(double lr, double min_lr) {
  ScheduleSpec spec;
  spec.kind = ScheduleKind::kCosine;
  spec.lr = lr;
  spec.min_lr = min_lr;
  return spec;
}

ScheduleSpec Cyclic(ClrMode mode, double base_lr, double max_lr, int64_t up, int64_t down, double gamma = 1) {
  ScheduleSpec spec;
  spec.kind = ScheduleKind::kClr;
  spec.clr_mode = mode;
  spec.base_lr = base_lr;
  spec.max_lr = max_lr;
  spec.step_size_up = up;
  spec.step_size_down = down;
  spec.gamma = gamma;
  return spec;
}

ScheduleSpec CyclingMomentum(ScheduleSpec spec, double base, double max) {
  spec.cycle_momentum = true;
  spec.base_momentum = base;
  spec.max_momentum = max;
  return spec;
}

ScheduleSpec WarmedUp(ScheduleSpec spec, int64_t steps) {
  spec.warmup_steps = steps;
  return spec;
}

// As in make_golden.py.
std::map<std::string, ScheduleSpec> Specs() {
  return {
      {"one_cycle", OneCycle(2e-3, 0.3, false)},
      {"one_cycle_momentum", OneCycle(0.1, 0.25, true)},
      {"one_cycle_linear", LinearOneCycle()},
      {"one_cycle_three_phase", ThreePhase()},
      {"one_cycle_short", OneCycle(1e-2, 0.3, false)},
      {"one_cycle_one_step", OneCycle(1e-2, 0.3, false)},
      {"one_cycle_warmup", WarmedUp(OneCycle(1e-2, 0.3, false), 5)},
      {"cosine", Cosine(3e-3, 1e-5)},
      {"cosine_warmup", WarmedUp(Cosine(0.4, 0), 10)},
      {"clr_triangular", Cyclic(ClrMode::kTriangular, 1e-4, 1e-2, 10, 15)},
      {"clr_triangular2", CyclingMomentum(Cyclic(ClrMode::kTriangular2, 1e-3, 6e-3, 8, 8), 0.8, 0.9)},
      {"clr_exp_range", CyclingMomentum(Cyclic(ClrMode::kExpRange, 1e-3, 6e-3, 7, 12, 0.98), 0.85, 0.95)},
      {"keras_triangular", Cyclic(ClrMode::kTriangular, 1e-3, 6e-3, 10, 10)},
      {"keras_triangular2", Cyclic(ClrMode::kTriangular2, 1e-3, 6e-3, 10, 10)},
      {"keras_exp_range", Cyclic(ClrMode::kExpRange, 1e-3, 6e-3, 10, 10, 0.994)},
  };
}

TEST(Golden, EveryTraceHasASpecAndEverySpecATrace) {
  const auto traces = ReadTraces();
  const auto specs = Specs();
  ASSERT_EQ(traces.size(), specs.size());
  for (const auto& [name, rows] : traces) EXPECT_TRUE(specs.contains(name)) << name;
}

TEST(Golden, RateAndMomentumEqualTheOriginalsToOneInABillion) {
  const auto specs = Specs();
  for (const auto& [name, rows] : ReadTraces()) {
    const auto schedule = Schedule::Create(specs.at(name), static_cast<int64_t>(rows.size()));
    ASSERT_TRUE(schedule.ok()) << name << ": " << schedule.status();
    for (const Row& row : rows) {
      const ScheduleValue value = schedule->At(row.step);
      EXPECT_NEAR(value.learning_rate, row.lr, 1e-9 * std::abs(row.lr)) << name << " step " << row.step;
      ASSERT_EQ(value.momentum.has_value(), row.momentum.has_value()) << name;
      EXPECT_NEAR(value.momentum.value_or(0), row.momentum.value_or(0), 1e-9) << name << " step " << row.step;
    }
  }
}

}  // namespace
}  // namespace doodle
