// Reports that the coordinator has not acknowledged, kept so that they survive a lost stream. They are sent again, in
// order, when the daemon has registered again.
#ifndef DOODLE_WORKER_DAEMON_REPORT_BUFFER_H_
#define DOODLE_WORKER_DAEMON_REPORT_BUFFER_H_

#include <cstddef>
#include <deque>
#include <optional>

#include "doodle/v1/gang.pb.h"
#include "worker/daemon/daemon_ports.h"

namespace doodle {

// Formed, evaluation, checkpoint, finished and restore_refused are answered with a ReportAck.
bool NeedsAck(const v1::TrainerReport& report);

// Meaningless once a newer generation was assigned: the trainer has given up waiting. What a state is on the line of
// (evaluation, checkpoint) still counts, and the coordinator decides.
bool EndsWithItsGeneration(const v1::TrainerReport& report);

struct BufferedReport {
  ProcessId process = 0;
  v1::TrainerReport report;
};

// Single-threaded: the supervisor.
class ReportBuffer {
 public:
  static constexpr size_t kMaxReports = 1024;

  // False when the oldest report had to go.
  bool Add(ProcessId process, const v1::TrainerReport& report);
  // The report that `ack` answers, no longer kept.
  std::optional<BufferedReport> Take(const v1::ReportAck& ack);
  // Forgets what ended with the generations below `generation` of `process`.
  void Supersede(ProcessId process, uint64_t generation);
  const std::deque<BufferedReport>& reports() const { return reports_; }

 private:
  std::deque<BufferedReport> reports_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_REPORT_BUFFER_H_
