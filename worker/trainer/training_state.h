// The state of one rank in memory: model, optimizer and progress, and whether they belong together.
#ifndef DOODLE_WORKER_TRAINER_TRAINING_STATE_H_
#define DOODLE_WORKER_TRAINER_TRAINING_STATE_H_

#include <memory>

#include "worker/checkpoint/model_state.h"
#include "worker/model/image_model.h"
#include "worker/optim/optimizer.h"

namespace doodle {

// `valid` is cleared before the first byte changes and set when the change is complete: what was interrupted in between
// is no state at all. progress.stage is the stage that the next step belongs to (the last one at the job's end), and
// the optimizer is that stage's. Single-threaded: the training thread.
struct TrainingState {
  std::shared_ptr<ImageModel> model;
  std::unique_ptr<Optimizer> optimizer;
  Progress progress;
  bool valid = false;

  ModelState View() { return {*model, *optimizer, progress}; }
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_TRAINING_STATE_H_
