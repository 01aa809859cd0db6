// A validated job, as plain values: every default filled in, the stages merged with the job's blocks. What a
// coordinator admits and a trainer runs. No protobuf here, so LibTorch code may include it.
#ifndef DOODLE_COMMON_SPEC_JOB_SPEC_H_
#define DOODLE_COMMON_SPEC_JOB_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/plan/view_spec.h"
#include "common/recipe/loss_spec.h"
#include "common/recipe/optimizer_spec.h"
#include "common/recipe/precision.h"
#include "common/render/augment_spec.h"
#include "common/render/raster_spec.h"
#include "common/schedule/schedule_spec.h"

namespace doodle {

// When something is due. kNever: not at all.
struct Trigger {
  enum class Unit { kNever, kSteps, kEpochs, kSamples, kSeconds, kShare };  // kShare: of the stage, 0 to 1.
  Unit unit = Unit::kNever;
  double amount = 0;

  bool operator==(const Trigger&) const = default;
};

// One stage, merged. `schedule` is resolved once the number of steps is known (ResolveStage in stage_resolution.h):
// lengths given in epochs, samples or percent become steps.
struct StageSpec {
  std::string name;
  int64_t epochs = 1;
  int64_t global_batch = 64;
  std::optional<int64_t> micro_batch;  // Empty: auto.
  ViewSpec view;
  RasterSpec raster;
  AugmentSpec augment;
  LossSpec loss;
  OptimizerSpec optimizer;
  bool fresh_optimizer = false;  // The stage names an optimizer: it starts without the state of the stage before.
  ScheduleSpec schedule;
  // Schedule lengths as written, in their own units, until they are resolved.
  Trigger warmup;
  Trigger step_size_up;
  Trigger step_size_down;

  bool operator==(const StageSpec&) const = default;
};

struct JobSpec {
  std::string name;
  std::string dataset;  // URI.
  std::string model;
  int in_channels = 1;
  std::vector<StageSpec> stages;  // At least one.
  Precision precision = Precision::kAuto;
  int min_ranks = 1;
  int max_ranks = 1;
  CollectiveBackend backend = CollectiveBackend::kAuto;
  // `auto` arrives here as every epoch. kSeconds: rank 0 decides and tells the others with the step.
  Trigger checkpoint_every{Trigger::Unit::kEpochs, 1};
  int keep_last = 3;
  int keep_best = 1;
  std::string metric = "map3";  // What `best` is by: map3, top1 or top3.
  std::string evaluate_split = "valid";
  Trigger evaluate_every{Trigger::Unit::kEpochs, 1};  // kNever: not at all.
  uint64_t seed = 1;
  int priority = 0;  // Higher goes first.
  int max_restarts = 10;
  bool audit = false;  // Each rank writes down what it trains on, for `doodle audit`.

  bool operator==(const JobSpec&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_JOB_SPEC_H_
