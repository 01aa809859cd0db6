// A model that remembers what it was trained on: one number that depends on every sample in order, and how often each
// sample was used.
#ifndef DOODLE_TESTS_SIMULATION_SIMULATED_MODEL_H_
#define DOODLE_TESTS_SIMULATION_SIMULATED_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/history/history.h"
#include "common/plan/stage_plan.h"
#include "worker/gang/transport.h"

namespace doodle {

// Job of the simulation: 3 shards of 100 samples in all, twice, in batches of 10: 20 steps.
inline constexpr uint64_t kSimulatedSteps = 20;
inline constexpr char kSimulatedJob[] = "simulated";
StagePlan SimulatedPlan();

struct SimulatedModel {
  StateTag tag;
  uint64_t weights = 0;
  std::vector<uint32_t> uses;  // By sample: 0 .. 99.

  static SimulatedModel FromSeed();
  // One step: samples of all ranks, in slot order.
  void Train(const std::vector<PlannedSample>& samples);
  StateDigest Digest() const;

  std::string ToText() const;
  static SimulatedModel FromText(absl::string_view text);  // The text of ToText.

  bool operator==(const SimulatedModel&) const = default;
};

// The model after `steps` steps of a run that nothing disturbed; its generation is 0.
const SimulatedModel& UndisturbedModel(uint64_t steps);

// What one rank adds to the gradients of a step: its samples. Gathered and joined they are the step's.
std::string SamplesToText(const std::vector<PlannedSample>& samples);
std::vector<PlannedSample> SamplesFromTexts(const std::vector<std::string>& texts);  // In slot order.

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SIMULATED_MODEL_H_
