#include <array>
#include <cmath>
#include <numbers>

#include "common/schedule/schedule_kinds.h"

namespace doodle {
namespace {

// From the end of the phase before it to `end`; the ends are fractions of a step, as PyTorch computes them.
struct Phase {
  double end;
  double from_lr;
  double to_lr;
  double from_momentum;
  double to_momentum;
};

struct Phases {
  std::array<Phase, 3> phases;
  int count;
};

Phases PhasesOf(const ScheduleSpec& spec, int64_t total_steps) {
  const double first = spec.max_lr / spec.div_factor;
  const double last = first / spec.final_div_factor;
  const double peak = spec.pct_start * static_cast<double>(total_steps) - 1;
  const auto end = static_cast<double>(total_steps - 1);
  const double low = spec.base_momentum;
  const double high = spec.max_momentum;
  const Phase rise = {peak, first, spec.max_lr, high, low};
  if (!spec.three_phase) return {{rise, Phase{end, spec.max_lr, last, low, high}}, 2};
  return {{rise, Phase{2 * peak, spec.max_lr, first, low, high}, Phase{end, first, last, high, high}}, 3};
}

double Anneal(AnnealKind kind, double from, double to, double share) {
  if (kind == AnnealKind::kLinear) return (to - from) * share + from;
  return to + (from - to) / 2 * (std::cos(std::numbers::pi * share) + 1);
}

}  // namespace

ScheduleValue OneCycleAt(const ScheduleSpec& spec, int64_t total_steps, int64_t step) {
  const Phases all = PhasesOf(spec, total_steps);
  const auto at = static_cast<double>(step);
  double begin = 0;
  int i = 0;
  for (; i + 1 < all.count && at > all.phases[i].end; ++i) begin = all.phases[i].end;
  const Phase& phase = all.phases[i];
  // A phase without length is its end; PyTorch divides by zero there.
  const double share = phase.end == begin ? 1 : (at - begin) / (phase.end - begin);
  ScheduleValue value{Anneal(spec.anneal, phase.from_lr, phase.to_lr, share), {}};
  if (spec.cycle_momentum) value.momentum = Anneal(spec.anneal, phase.from_momentum, phase.to_momentum, share);
  return value;
}

}  // namespace doodle
