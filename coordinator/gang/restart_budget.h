// How many failures in a row a job may have: those with fewer than 20 committed steps between them count together.
#ifndef DOODLE_COORDINATOR_GANG_RESTART_BUDGET_H_
#define DOODLE_COORDINATOR_GANG_RESTART_BUDGET_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "coordinator/gang/gang_failure.h"

namespace doodle {

inline constexpr uint64_t kStepsThatForgive = 20;

// A value: it is stored with the job.
struct RestartBudget {
  uint32_t failures = 0;      // In a row.
  uint64_t failure_step = 0;  // Committed steps at the last one.
  GangFailure first{};        // Of the row; stays when the row is forgiven, until the next failure.

  // Counts a failure. False: there were more than `max_restarts` in a row.
  bool Spend(const GangFailure& failure, uint32_t max_restarts) {
    if (failure.step >= failure_step + kStepsThatForgive) failures = 0;
    if (failures == 0) first = failure;
    ++failures;
    failure_step = failure.step;
    return failures <= max_restarts;
  }

  // Why the job fails once Spend has said no.
  std::string Verdict(uint32_t max_restarts) const {
    const std::string where = failure_step == first.step ? absl::StrCat(" at step ", first.step)
                                                         : absl::StrCat(" from step ", first.step, " on");
    return absl::StrCat(failures, " failures in a row", where, ", max_restarts is ", max_restarts,
                        "; the first: ", first.message);
  }
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_GANG_RESTART_BUDGET_H_
