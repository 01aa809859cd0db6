// Rank 0's checkpoints: when one is due it is started at the next step boundary, reported once it is on disk and
// verified. Training never waits for the disk, except for the last one. A full or failing disk costs that checkpoint
// and an alarm (an error in the log, doodle_checkpoint_failures_total), neither the ones before it nor a step.
#ifndef DOODLE_WORKER_TRAINER_CHECKPOINT_KEEPER_H_
#define DOODLE_WORKER_TRAINER_CHECKPOINT_KEEPER_H_

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/history/history.h"
#include "common/time/clock.h"
#include "worker/checkpoint/checkpoint_writer.h"
#include "worker/checkpoint/model_state.h"
#include "worker/trainer/trainer_reporter.h"

namespace doodle {

// Single-threaded: the training thread. References must outlive it.
class CheckpointKeeper {
 public:
  CheckpointKeeper(std::unique_ptr<CheckpointWriter> writer, TrainerLink& link, Clock& clock)
      : writer_(std::move(writer)), link_(link), clock_(clock) {}

  // The generation of the state that this rank is writing now; kNoneInFlight: of none.
  uint64_t in_flight() const { return writer_->busy() ? started_ : kNoneInFlight; }
  // The lowest in_flight() of all ranks: unfinished files of that generation and later ones are not cleaned away.
  void set_oldest_in_flight(uint64_t generation) { oldest_in_flight_ = generation; }

  // Reports what is finished, and starts a checkpoint of `state` when nothing is in flight: true. A failed checkpoint
  // is logged and counted; the next one is a new attempt.
  bool TryStart(const ModelState& state, TrainerReporter& reporter);
  // The last attempt failed 30 s ago: there may be room again, and the next regular one may be hours away.
  bool retry_due() const { return clock_.SteadyNow() >= retry_at_; }
  void Poll(TrainerReporter& reporter);

  // Returns when a checkpoint of `state` is on disk, verified, reported and acknowledged. OUT_OF_RANGE when its weights
  // are not finite, RESOURCE_EXHAUSTED when the disk is full, ABORTED when the coordinator refuses it.
  absl::Status WriteNow(const ModelState& state, TrainerReporter& reporter);

  // Returns when what is in flight is finished and reported: before a rank leaves that was rank 0 a generation ago.
  absl::Status AwaitReported(TrainerReporter& reporter);

 private:
  absl::Status Start(const ModelState& state);
  void RaiseAlarm(TrainerReporter& reporter);

  const std::unique_ptr<CheckpointWriter> writer_;
  TrainerLink& link_;
  Clock& clock_;
  std::optional<StateTag> written_;   // The newest that was reported.
  uint64_t started_ = kNoneInFlight;  // Generation of the newest attempt.
  uint64_t oldest_in_flight_ = kNoneInFlight;
  absl::Status failure_;  // Of the newest attempt.
  absl::Duration retry_at_ = absl::InfiniteDuration();
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_CHECKPOINT_KEEPER_H_
