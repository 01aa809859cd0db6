#include <cmath>

#include "common/schedule/schedule_kinds.h"

namespace doodle {
namespace {

// How high the triangles are, as a share of the first.
double Height(const ScheduleSpec& spec, int64_t cycle, int64_t step) {
  switch (spec.clr_mode) {
    case ClrMode::kTriangular:
      return 1;
    case ClrMode::kTriangular2:
      return std::exp2(-static_cast<double>(cycle));
    case ClrMode::kExpRange:
      return std::pow(spec.gamma, static_cast<double>(step));
  }
  return 1;
}

}  // namespace

ScheduleValue CyclicAt(const ScheduleSpec& spec, int64_t step) {
  const int64_t length = spec.step_size_up + spec.step_size_down;
  const int64_t cycle = step / length;  // From 0; PyTorch and Keras count from 1.
  const int64_t within = step % length;
  const double share = within <= spec.step_size_up
                           ? static_cast<double>(within) / static_cast<double>(spec.step_size_up)
                           : static_cast<double>(length - within) / static_cast<double>(spec.step_size_down);
  const double height = share * Height(spec, cycle, step);
  ScheduleValue value{spec.base_lr + (spec.max_lr - spec.base_lr) * height, {}};
  if (spec.cycle_momentum) value.momentum = spec.max_momentum - (spec.max_momentum - spec.base_momentum) * height;
  return value;
}

}  // namespace doodle
