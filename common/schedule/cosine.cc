#include <cmath>
#include <numbers>

#include "common/schedule/schedule_kinds.h"

namespace doodle {

ScheduleValue CosineAt(const ScheduleSpec& spec, int64_t total_steps, int64_t step) {
  const double share = static_cast<double>(step) / static_cast<double>(total_steps);
  return {spec.min_lr + (spec.lr - spec.min_lr) * (1 + std::cos(std::numbers::pi * share)) / 2, {}};
}

}  // namespace doodle
