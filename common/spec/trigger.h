// When something is due: 500ba, 2ep, 1Msp, 30s, 10%. Pure functions, thread-safe.
#ifndef DOODLE_COMMON_SPEC_TRIGGER_H_
#define DOODLE_COMMON_SPEC_TRIGGER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/spec/job_spec.h"

namespace doodle {

// A number and a unit, without a blank:
//   ba batches, sp samples (also ksp and Msp, a thousand and a million), ep epochs, s min h wall-clock time,
//   % of the stage. `auto` gives kNever: whoever asks knows its own default.
// Batches and samples are whole. INVALID_ARGUMENT quotes `text` and lists the units.
absl::StatusOr<Trigger> ParseTrigger(absl::string_view text);

// "500ba", "2ep", "1000000sp", "30s", "10%", "never": what ParseTrigger reads back, but for "never".
std::string TriggerText(const Trigger& trigger);

// The constants of a stage that turn a trigger's unit into steps.
struct StageExtent {
  uint64_t samples = 0;  // N, the view's size.
  uint64_t epochs = 1;
  uint64_t global_batch = 1;
  uint64_t steps = 1;  // T
};

// True when committing the step with number `step` (from 0 within the stage) makes `trigger` due: the stage passes a
// multiple of its amount, or ends. An epoch ends with the step that holds its last sample (StepsToComplete in
// common/plan). kNever is never due, not even at the end; kSeconds only there: before it rank 0 decides by the clock.
bool Due(const Trigger& trigger, const StageExtent& stage, uint64_t step);

// A length in steps, rounded up for epochs and samples and to the nearest for a share. INVALID_ARGUMENT for kSeconds;
// kNever gives 0.
absl::StatusOr<int64_t> StepsOf(const Trigger& trigger, const StageExtent& stage);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_TRIGGER_H_
