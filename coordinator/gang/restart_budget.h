// How many failures in a row a job may have: those with fewer than 20 committed steps between them count together.
#ifndef DOODLE_COORDINATOR_GANG_RESTART_BUDGET_H_
#define DOODLE_COORDINATOR_GANG_RESTART_BUDGET_H_

#include <cstdint>
#include <string>

namespace doodle {

inline constexpr uint64_t kStepsThatForgive = 20;

// A value: it is stored with the job.
struct RestartBudget {
  uint32_t failures = 0;      // In a row.
  uint64_t failure_step = 0;  // Committed steps at the last one.
  std::string first_error{};  // Of the row.

  // Counts a failure after `committed_steps`. False: there were more than `max_restarts` in a row.
  bool Spend(uint64_t committed_steps, const std::string& error, uint32_t max_restarts) {
    if (committed_steps >= failure_step + kStepsThatForgive) failures = 0;
    if (failures == 0) first_error = error;
    ++failures;
    failure_step = committed_steps;
    return failures <= max_restarts;
  }
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_GANG_RESTART_BUDGET_H_
