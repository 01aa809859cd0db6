// Rank 0's checkpoints: when one is due it is started at the next step boundary, reported once it is on disk and
// verified. Training never waits for the disk, except for the last one.
#ifndef DOODLE_WORKER_TRAINER_CHECKPOINT_KEEPER_H_
#define DOODLE_WORKER_TRAINER_CHECKPOINT_KEEPER_H_

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "common/history/history.h"
#include "worker/checkpoint/checkpoint_writer.h"
#include "worker/checkpoint/model_state.h"
#include "worker/trainer/trainer_reporter.h"

namespace doodle {

// Single-threaded: the training thread. References must outlive it.
class CheckpointKeeper {
 public:
  CheckpointKeeper(std::unique_ptr<CheckpointWriter> writer, TrainerLink& link)
      : writer_(std::move(writer)), link_(link) {}

  // Reports what is finished, and starts a checkpoint of `state` when nothing is in flight: true. A failed checkpoint
  // is logged and counted; the next one is a new attempt.
  bool TryStart(const ModelState& state, TrainerReporter& reporter);
  void Poll(TrainerReporter& reporter);

  // Returns when a checkpoint of `state` is on disk, verified, reported and acknowledged.
  absl::Status WriteNow(const ModelState& state, TrainerReporter& reporter);

 private:
  const std::unique_ptr<CheckpointWriter> writer_;
  TrainerLink& link_;
  std::optional<StateTag> written_;  // The newest that was reported.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_CHECKPOINT_KEEPER_H_
