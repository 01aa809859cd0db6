// What a controller is told at its making, and the ports it acts through.
#ifndef DOODLE_COORDINATOR_CONTROL_CONTROLLER_OPTIONS_H_
#define DOODLE_COORDINATOR_CONTROL_CONTROLLER_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/io/file_system.h"
#include "common/metrics/registry.h"
#include "common/time/clock.h"
#include "coordinator/control/outbox.h"
#include "coordinator/fleet/worker_table.h"
#include "coordinator/gang/gang_state_machine.h"
#include "coordinator/gang/hang_policy.h"
#include "coordinator/ledger/ledger.h"

namespace doodle {

inline constexpr uint32_t kProtocolVersion = 1;

struct ControllerOptions {
  std::string jobs_directory;  // Absolute; each job has a directory below it.
  uint32_t heartbeat_interval_ms = 500;
  GangTimes gang_times = {};
  HangTimes hang_times = {};
  FleetTimes fleet_times = {};
  absl::Duration pause_grace = absl::Seconds(30);  // For the step and the checkpoint before a paused trainer ends.
  absl::Duration series_kept = absl::Minutes(10);  // A job's metric series, after its end.
  std::function<void(const absl::Status&)> on_ledger_failure = nullptr;
};

// Each must outlive the controller.
struct ControllerPorts {
  Ledger& ledger;
  Outbox& outbox;
  Executor& executor;
  Clock& clock;
  FileSystem& files;
  MetricRegistry& metrics;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_CONTROL_CONTROLLER_OPTIONS_H_
