// What a stage becomes once the size of its view is known: steps, lanes, micro-batch and a schedule in steps. The
// coordinator and every trainer call it with the same arguments and get the same. Pure functions, thread-safe.
//
//     DOODLE_ASSIGN_OR_RETURN(std::vector<ResolvedStage> stages, ResolveStages(job, view_sizes));
//     if (Due(job.evaluate_every, stages[i].Extent(), step - stages[i].first_step)) ...
#ifndef DOODLE_COMMON_SPEC_STAGE_RESOLUTION_H_
#define DOODLE_COMMON_SPEC_STAGE_RESOLUTION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "common/schedule/schedule_spec.h"
#include "common/spec/job_spec.h"
#include "common/spec/trigger.h"

namespace doodle {

struct ResolvedStage {
  uint64_t first_step = 0;    // S, global: the steps of the stages before.
  uint64_t steps = 0;         // T = floor(E*N / B), at least 1.
  uint64_t samples = 0;       // N
  uint64_t epochs = 1;        // E
  uint64_t global_batch = 1;  // B
  uint32_t lanes = 1;         // C
  uint64_t micro_batch = 3;   // Most samples of one forward pass: MicroBatches in common/plan cuts by it.
  ScheduleSpec schedule;      // Lengths in steps.

  StageExtent Extent() const { return {samples, epochs, global_batch, steps}; }

  bool operator==(const ResolvedStage&) const = default;
};

// `view_sizes[i]` is N of stage i. INVALID_ARGUMENT names the field: E*N < B, more ranks than the lanes can feed (the
// message has the nearest batch that works), a warm-up as long as the stage, a schedule that Schedule::Create refuses.
absl::StatusOr<std::vector<ResolvedStage>> ResolveStages(const JobSpec& job, std::span<const uint64_t> view_sizes);

// One stage, field paths without the "stages[i]." prefix.
absl::StatusOr<ResolvedStage> ResolveStage(const StageSpec& stage, uint64_t view_size, int max_ranks,
                                           uint64_t first_step);

// Steps of all stages: the job ends at this global step.
uint64_t TotalSteps(std::span<const ResolvedStage> stages);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_STAGE_RESOLUTION_H_
