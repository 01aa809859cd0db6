// What a trainer knows from its daemon, and what it has yet to tell it. Shared by the training thread and the link's
// threads; no gRPC here, so that the rules are tested without one.
#ifndef DOODLE_WORKER_LINK_LINK_STATE_H_
#define DOODLE_WORKER_LINK_LINK_STATE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "doodle/v1/trainer_service.pb.h"
#include "worker/gang/activity.h"
#include "worker/link/trainer_assignment.h"

namespace doodle {

// Thread-safe. `clock` must outlive it.
class LinkState {
 public:
  // How a report is treated: may be dropped when the queue is full; sent; sent, and Flush waits for its acknowledgment.
  enum class Delivery { kDroppable, kSent, kAcknowledged };

  static constexpr size_t kMaxQueued = 1024;  // Above it droppable reports are dropped, oldest kept.

  // `activity` is sent with every heartbeat and must outlive it; null: none.
  explicit LinkState(Clock& clock, const ActivityBoard* activity = nullptr) : clock_(clock), board_(activity) {}

  // From the training thread. An assignment that cannot be used is an error here, and what is reported next is said in
  // its name.
  absl::StatusOr<TrainerAssignment> AwaitAssignment(uint64_t above, absl::Duration timeout);
  TrainerAssignment Current() const;
  uint64_t NewestGeneration() const;
  bool LeaveRequested() const;
  void Report(v1::TrainerReport report, Delivery delivery);
  // Waits for the acknowledgment. ABORTED when it is a refusal or a newer generation arrives first, UNAVAILABLE when
  // the daemon is gone, DEADLINE_EXCEEDED.
  absl::StatusOr<v1::ReportAck> ReportAndWait(v1::TrainerReport report, absl::Duration timeout);
  // ABORTED when a report of the current generation was refused since the last call.
  absl::Status Flush(absl::Duration timeout);
  void OnNewGeneration(std::function<void(uint64_t generation)> callback);

  // From the link's threads. NextRequest waits for a report or until the next heartbeat is due; empty when there is
  // nothing more to send.
  std::optional<v1::AttachRequest> NextRequest();
  void OnResponse(const v1::AttachResponse& response);
  void OnLost();  // The stream ended; every wait ends.
  void Stop();    // NextRequest gives what is queued and then ends.

 private:
  void OnAssignment(const v1::Assignment& assignment);
  uint64_t Enqueue(v1::TrainerReport report, Delivery delivery) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  static constexpr absl::Duration HeartbeatInterval() { return absl::Milliseconds(500); }

  Clock& clock_;
  const ActivityBoard* const board_;
  mutable absl::Mutex mu_;
  absl::StatusOr<TrainerAssignment> newest_ ABSL_GUARDED_BY(mu_) = absl::NotFoundError("no assignment yet");
  uint64_t newest_generation_ ABSL_GUARDED_BY(mu_) = 0;
  GangAssignment newest_sender_ ABSL_GUARDED_BY(mu_);  // Job, generation and rank of newest_, usable or not.
  TrainerAssignment current_ ABSL_GUARDED_BY(mu_);
  std::function<void(uint64_t)> on_new_generation_ ABSL_GUARDED_BY(mu_);
  bool leave_ ABSL_GUARDED_BY(mu_) = false;
  bool lost_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t sequence_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t next_step_ ABSL_GUARDED_BY(mu_) = 0;  // Of the last progress report, for heartbeats.
  absl::Duration next_heartbeat_ ABSL_GUARDED_BY(mu_) = absl::ZeroDuration();
  std::deque<v1::TrainerReport> queue_ ABSL_GUARDED_BY(mu_);
  // Flush waits for these: sequence number and generation.
  std::map<uint64_t, uint64_t> unacknowledged_ ABSL_GUARDED_BY(mu_);
  std::optional<uint64_t> refused_generation_ ABSL_GUARDED_BY(mu_);              // Of the newest refused among them.
  std::map<uint64_t, std::optional<v1::ReportAck>> waits_ ABSL_GUARDED_BY(mu_);  // ReportAndWait's, by sequence.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_LINK_LINK_STATE_H_
