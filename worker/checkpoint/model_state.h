// A view on everything that a checkpoint holds: the state of one rank (docs/protocols/gang.md).
#ifndef DOODLE_WORKER_CHECKPOINT_MODEL_STATE_H_
#define DOODLE_WORKER_CHECKPOINT_MODEL_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/history/history.h"
#include "worker/model/image_model.h"
#include "worker/optim/optimizer.h"

namespace doodle {

// One evaluation of this state's line: part of the state, so that a repaired gang does not evaluate twice.
struct EvaluationRecord {
  uint64_t step = 0;  // The next step when it was taken.
  std::string split{};
  std::string weights = "raw";
  double loss = 0;
  double top1 = 0;
  double top3 = 0;
  double map3 = 0;
  uint64_t drawings = 0;

  bool operator==(const EvaluationRecord&) const = default;
};

// Where dynamic loss scaling stands (worker/trainer/loss_scaler.h).
struct LossScale {
  double scale = 65536;     // A power of two.
  uint64_t good_steps = 0;  // Since it changed.

  bool operator==(const LossScale&) const = default;
};

// What is not tensors.
struct Progress {
  StateTag tag{};
  uint32_t stage = 0;
  std::vector<EvaluationRecord> evaluations{};  // In order of steps.
  std::optional<LossScale> loss_scale{};        // Empty: nothing was scaled yet.

  bool operator==(const Progress&) const = default;
};

// As JSON: state.json, and what a leader sends beside its tensors. Numbers survive bit for bit.
std::string SerializeProgress(const Progress& progress);
absl::StatusOr<Progress> ParseProgress(absl::string_view json);  // DATA_LOSS says what is wrong.

// Borrows: model and optimizer must outlive it.
struct ModelState {
  ImageModel& model;
  Optimizer& optimizer;
  Progress& progress;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_CHECKPOINT_MODEL_STATE_H_
