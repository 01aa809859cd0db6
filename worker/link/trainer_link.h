// The trainer's end of the Unix socket to its daemon: assignments in, reports out, rendezvous key-value relayed. Plain
// values only; gRPC stays in the .cc files.
#ifndef DOODLE_WORKER_LINK_TRAINER_LINK_H_
#define DOODLE_WORKER_LINK_TRAINER_LINK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "worker/gang/activity.h"
#include "worker/gang/key_value.h"
#include "worker/gang/transport.h"
#include "worker/link/trainer_assignment.h"

namespace doodle {

// After a step, of this rank; the coordinator shows it and stores only the newest.
struct ProgressReport {
  uint64_t next_step = 0;  // Global; steps below it are committed.
  uint64_t samples = 0;    // This rank's in this generation.
  double epoch = 0;        // Of the stage, with fraction.
  double loss = 0;         // Mean over the step's samples, of all ranks.
  double learning_rate = 0;
  double samples_per_second = 0;  // Of this rank.
  uint32_t stage = 0;
  // This rank's in this generation, cumulative.
  double data_wait_seconds = 0;   // For the next batch.
  double checkpoint_seconds = 0;  // Between steps, for snapshots and for writes that training waits for.
};

// One evaluation of the gang; rank 0 reports it.
struct EvaluationReport {
  uint64_t step = 0;            // Global, the step that comes after it.
  std::string split;            // Of the dataset.
  std::string weights = "raw";  // Or "ema": which weights were evaluated.
  double loss = 0;              // Means over `drawings`; shares are 0 to 1.
  double top1 = 0;
  double top3 = 0;
  double map3 = 0;
  uint64_t drawings = 0;
};

// A checkpoint that is complete on disk: the coordinator registers it if its tag is on the line.
struct CheckpointReport {
  std::string name;  // Of its directory below the job's checkpoints/.
  StateTag tag;
  uint64_t bytes = 0;                // All its files.
  std::string manifest_sha256 = {};  // Hexadecimal.
};

// One sample of a metric of common/metrics/metric_names.h. The daemon adds to counters, sets gauges, observes others.
struct MetricReport {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

// Exit code of a trainer whose daemon is gone.
inline constexpr int kDaemonLostExit = 70;

// A link thread sends a heartbeat every 0.5 s, whatever training does. When the daemon goes away the process exits
// with code 70: a trainer never outlives its daemon. The destructor sends what was reported before, for at most 2 s.
// Thread-safe.
class TrainerLink : public Transport, public KeyValue {
 public:
  struct Options {
    std::string socket;  // Path of the daemon's Unix socket.
    std::string token;   // Given by the daemon to the process it started; it knows its trainers by it.
    uint32_t slot = 0;
    const ActivityBoard* activity = nullptr;  // Sent with each heartbeat; must outlive the link. Null: none.
    absl::Duration connect_timeout = absl::Seconds(10);
    // Called once, from a link thread, when the daemon is gone. Empty: the process exits with kDaemonLostExit.
    std::function<void()> on_daemon_lost;
  };
  // UNAVAILABLE when nobody serves the socket. A token that the daemon does not know shows as a lost daemon.
  static absl::StatusOr<std::unique_ptr<TrainerLink>> Connect(Options options, Clock& clock);

  // The full assignment of the generation that AwaitAssignment returned last.
  virtual TrainerAssignment Current() const = 0;

  // `callback` is called from a link thread as soon as a generation above the ones before is heard of: the place for a
  // fence that ends waiting collectives. It must not call the link. Empty: none.
  virtual void OnNewGeneration(std::function<void(uint64_t generation)> callback) = 0;

  // None of these waits; reports are sent in order. Evaluations and checkpoints are buffered until acknowledged.
  virtual void ReportProgress(const ProgressReport& report) = 0;
  virtual void ReportEvaluation(const EvaluationReport& report) = 0;
  virtual void ReportCheckpoint(const CheckpointReport& report) = 0;
  virtual void ReportMetrics(const std::vector<MetricReport>& samples) = 0;

  // Waits until evaluations and checkpoints reported so far are acknowledged. DEADLINE_EXCEEDED after `timeout`,
  // UNAVAILABLE when the daemon is gone.
  // ABORTED when one of the current generation was refused since the last Flush.
  virtual absl::Status Flush(absl::Duration timeout) = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_TRAINER_LINK_H_
