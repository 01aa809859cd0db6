// Walks one lane of a plan: its slots in order, wherever it starts.
#ifndef DOODLE_COMMON_PLAN_LANE_CURSOR_H_
#define DOODLE_COMMON_PLAN_LANE_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "common/plan/epoch_order.h"
#include "common/plan/plan_spec.h"

namespace doodle {

// From StagePlan::OpenLane. Holds one window, at most 65,536 places of 8 bytes. Keeps what it needs of the plan alive.
// Thread-compatible.
class LaneCursor {
 public:
  // The lane's next use in slot order; empty after the stage's last.
  std::optional<PlannedSample> Next();

  // All uses from the next one to the end of its window, in slot order, and goes behind them; empty after the stage's
  // last. A slot is C behind the one before. Valid until the next call of either method, and after a move.
  absl::Span<const SamplePlace> TakeWindow();

 private:
  friend class StagePlan;
  // `first_slot` is a slot of the lane, or past the stage's end.
  LaneCursor(std::shared_ptr<const EpochOrders> orders, uint64_t first_slot);
  void OpenWindow();

  std::shared_ptr<const EpochOrders> orders_;
  std::shared_ptr<const EpochOrder> order_;  // Of `epoch_`; null before the first window.
  uint64_t slots_;                           // Of the stage: E*N.
  uint64_t steps_;                           // Of the stage: T.
  uint64_t slot_;                            // The next one.
  uint32_t lane_;
  uint64_t epoch_ = 0;
  std::vector<SamplePlace> window_;
  size_t next_in_window_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_LANE_CURSOR_H_
