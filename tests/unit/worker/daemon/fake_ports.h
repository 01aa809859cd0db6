// Ports of the daemon's core that record what it asked for.
#ifndef DOODLE_TESTS_UNIT_WORKER_DAEMON_FAKE_PORTS_H_
#define DOODLE_TESTS_UNIT_WORKER_DAEMON_FAKE_PORTS_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/daemon/daemon_core.h"

namespace doodle {

struct FakeFleet final : FleetPort {
  void Send(const v1::ConnectRequest& message) override { sent.push_back(message); }
  std::vector<v1::ConnectRequest> sent;
};

struct FakeTrainers final : TrainerPort {
  void Send(ConnectionId connection, const v1::AttachResponse& message) override {
    sent.emplace_back(connection, message);
  }
  std::vector<std::pair<ConnectionId, v1::AttachResponse>> sent;
};

struct FakeProcesses final : ProcessPort {
  absl::StatusOr<ProcessId> Start(uint32_t slot, const std::string& token, const v1::Assignment& assignment) override {
    if (!start_error.ok()) return start_error;
    started.push_back(absl::StrCat("slot ", slot, " ", assignment.job(), " g", assignment.generation()));
    tokens.push_back(token);
    return started.size();
  }
  void Kill(ProcessId process) override { killed.push_back(process); }
  bool IsStopped(ProcessId process) override { return stopped.count(process) > 0; }

  absl::Status start_error;
  std::vector<std::string> started;
  std::vector<std::string> tokens;
  std::vector<ProcessId> killed;
  std::set<ProcessId> stopped;
};

struct FakeMetrics final : MetricsPort {
  absl::Status Apply(const std::string& name, const MetricLabels& labels, double value) override {
    if (name == "unknown") return absl::NotFoundError(name);
    applied.push_back(absl::StrCat(name, " ", labels.size(), " ", value));
    return absl::OkStatus();
  }
  void RemoveJob(const std::string& job) override { removed.push_back(job); }
  std::vector<std::string> applied;
  std::vector<std::string> removed;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_DAEMON_FAKE_PORTS_H_
